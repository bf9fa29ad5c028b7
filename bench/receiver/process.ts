/** The process of the receivers: as cheap as Node allows, and apart, so that what it costs counts for no part of the service. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from '../measure/clock';
import type { Arrival, Behaviour, Command, Report } from './messages';

/** How long arrivals are collected before they are reported. Milliseconds. */
const REPORT_EVERY_MS = 25;
/** A `webhook-id` begins with the id of its delivery; a number follows where it says something else by then. */
const DELIVERY_ID = 36;

interface Endpoint {
  readonly server: Server;
  readonly seen: Set<string>;
  readonly unanswered: Set<ServerResponse>;
  behaviour: Behaviour;
}

const endpoints = new Map<number, Endpoint>();
let unreported: Arrival[] = [];

function report(message: Report): void {
  process.send?.(message);
}

function note(arrival: Arrival): void {
  if (unreported.length === 0) {
    setTimeout(() => {
      report({ kind: 'arrived', arrivals: unreported });
      unreported = [];
    }, REPORT_EVERY_MS);
  }
  unreported.push(arrival);
}

/** Each endpoint has a port of its own, since the service limits what it does by origin. */
async function open(): Promise<number> {
  const endpoint: Endpoint = {
    server: createServer((request, response) => {
      const at = now();
      request
        .resume()
        .on('end', () => answer(String(request.headers['webhook-id']).slice(0, DELIVERY_ID), at, response));
    }),
    ...{ seen: new Set(), unanswered: new Set(), behaviour: 'accept' },
  };
  // The service keeps its connections; the server must not be the one who closes them first.
  endpoint.server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => endpoint.server.listen(0, '127.0.0.1', resolve));
  const { port } = endpoint.server.address() as AddressInfo;
  endpoints.set(port, endpoint);
  return port;

  function answer(webhookId: string, at: number, response: ServerResponse): void {
    if (endpoint.behaviour === 'hang') {
      endpoint.unanswered.add(response);
      response.on('close', () => endpoint.unanswered.delete(response));
      return;
    }
    if (endpoint.behaviour === 'accept' && !endpoint.seen.has(webhookId)) {
      endpoint.seen.add(webhookId);
      note({ port, webhookId, at });
    }
    response.writeHead(endpoint.behaviour === 'accept' ? 200 : 503).end();
  }
}

process.on('message', (command: Command) => {
  switch (command.kind) {
    case 'open':
      void Promise.all(Array.from({ length: command.count }, open)).then((ports) =>
        report({ kind: 'opened', ports }),
      );
      return;
    case 'behave':
      for (const port of command.ports) {
        const endpoint = endpoints.get(port);
        if (!endpoint) continue;
        endpoint.behaviour = command.behaviour;
        for (const response of endpoint.unanswered) response.destroy();
      }
      report({ kind: 'behaves' });
  }
});
// Ctrl-C reaches every process of the terminal; the benchmark decides when the receivers end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
