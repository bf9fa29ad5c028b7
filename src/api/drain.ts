/** The orderly end of an HTTP server. */
import type { Server, ServerResponse } from 'node:http';

/**
 * Watches a server, from before its first request, so that it can be closed in order: new connections are refused, and
 * each open one ends with the answer that is due on it. The answer says so; else whoever keeps connections, as proxies
 * do, would go on sending requests on them until they are cut off.
 * @returns what closes it, and cuts off the requests that still run after so many milliseconds
 */
export function drainable(server: Server): (limitMs: number) => Promise<void> {
  const unanswered = new Set<ServerResponse>();
  let draining = false;
  server.prependListener('request', (_req, res) => {
    if (draining) endWith(res);
    unanswered.add(res);
    res.once('close', () => unanswered.delete(res));
  });
  return async (limitMs) => {
    draining = true;
    unanswered.forEach(endWith);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const limit = setTimeout(() => server.closeAllConnections(), limitMs);
    await closed;
    clearTimeout(limit);
  };
}

function endWith(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('connection', 'close');
}
