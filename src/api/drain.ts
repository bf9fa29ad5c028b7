/** The graceful end of an HTTP server. */
import type { Server, ServerResponse } from 'node:http';

/**
 * Watches a server from before its first request, so that it can be closed gracefully: new connections are refused, and
 * each open connection ends after its current answer. That answer carries `Connection: close`; otherwise clients that keep
 * connections open, as proxies do, would go on sending requests until they are cut off.
 * @returns a function that closes the server, and cuts off requests that still run after the given milliseconds
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
