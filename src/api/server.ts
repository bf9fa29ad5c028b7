/** The HTTP server, with limits on what a connection may take: anybody can open one. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Logger } from '../platform/logger';

/** Until the head of a request is there, from the opening of the connection or the end of the request before. Milliseconds. */
const HEAD_MS = 10_000;
/** Until the whole request is there: 1 MiB takes 70 KB a second. Milliseconds. */
const REQUEST_MS = 15_000;
/** How long a connection without a request is kept for the next one. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** Without a byte in either direction, as when nobody reads an answer; longer than any work takes. Milliseconds. */
const STALLED_MS = 60_000;
/** How often the server looks for connections whose time is over. Milliseconds. */
const CHECK_MS = 1_000;
/** Open connections; more are closed as they come. Each takes a file and some 10 KB. */
const MOST_CONNECTIONS = 2_000;
/** What is dropped is told no more often. Milliseconds. */
const TELL_MS = 60_000;

/** Creates the server; it does not listen yet. */
export function createLimitedServer(listener: RequestListener, logger: Logger): Server {
  const server = createServer(
    {
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_MS,
    },
    listener,
  );
  server.setTimeout(STALLED_MS);
  server.maxConnections = MOST_CONNECTIONS;
  let toldAt = -Infinity;
  server.on('drop', () => {
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    logger.warn({ most: MOST_CONNECTIONS }, 'new connections are closed: there are too many');
  });
  return server;
}
