/** A receiver of webhooks for trying things out: keeps what arrives, verifies signatures, fails when told to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** One webhook as it arrived. Header names are in lower case. */
export interface Received {
  readonly at: Date;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Status it was answered with; null where no answer was given. */
  readonly answered: number | null;
  /** Undefined where the receiver was given no secret. */
  readonly signatureValid: boolean | undefined;
  /** Its `webhook-id` came before and was answered with a 2xx: a receiver that has handled it then drops it now. */
  readonly known: boolean;
}

/** The delivery that a webhook is of: its `webhook-id` without the number that follows once it says something else. */
export function deliveryIdOf({ headers }: Pick<Received, 'headers'>): string {
  return (headers['webhook-id'] ?? '').slice(0, UUID_LENGTH);
}

const UUID_LENGTH = 36;

/** How the receiver behaves. */
export type Behaviour =
  /** Answers with a status, after a while where `delayMs` says so. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly delayMs?: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** Closes the connection without an answer. */
  | { readonly kind: 'reset' }
  /** Sends half of an answer and closes the connection. */
  | { readonly kind: 'half' }
  /** Never answers. */
  | { readonly kind: 'silence' };

/** A running receiver. */
export interface Receiver {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on, behave so; a function decides per request. */
  behave(behaviour: Behaviour | ((request: IncomingMessage, count: number) => Behaviour)): void;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where webhooks are signed with it (`whsec_…`), each is verified. */
  readonly signingSecret?: string;
  /** Called for each webhook. */
  readonly onReceived?: (received: Received) => void;
}

const OK: Behaviour = { kind: 'answer', status: 200 };

/** Starts a receiver on loopback. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const received: Received[] = [];
  /** `webhook-id`s that were answered with a 2xx. */
  const handled = new Set<string>();
  let decide: (request: IncomingMessage, count: number) => Behaviour = () => OK;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const behaviour = decide(request, received.length);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const entry: Received = {
        at: new Date(),
        path: request.url ?? '/',
        headers,
        body,
        answered: behaviour.kind === 'answer' ? behaviour.status : null,
        signatureValid:
          options.signingSecret === undefined ? undefined : verify(options.signingSecret, body, headers),
        known: handled.has(headers['webhook-id'] ?? ''),
      };
      if (entry.answered !== null && entry.answered >= 200 && entry.answered < 300) {
        handled.add(headers['webhook-id'] ?? '');
      }
      received.push(entry);
      options.onReceived?.(entry);
      play(behaviour, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave(behaviour) {
      decide = typeof behaviour === 'function' ? behaviour : () => behaviour;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function play(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'answer': {
      const { status, delayMs = 0, body = '', headers = {} } = behaviour;
      setTimeout(() => response.writeHead(status, headers).end(body), delayMs);
      return;
    }
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half of ');
      setTimeout(() => response.socket?.destroy(), 20);
      return;
    case 'silence':
      return;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The sender broke off; what has arrived is shown.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function verify(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
