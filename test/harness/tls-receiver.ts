/** A receiver that asks for client certificates. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Issued } from './certificates';

/** A webhook as it arrived. */
export interface Arrived {
  /** Whom the certificate names. */
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TlsReceiver {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

/**
 * Starts one.
 * @param authority of the client certificates that it takes; PEM
 * @param statusOf the status of its answer
 */
export async function startTlsReceiver(
  own: Issued,
  authority: string,
  statusOf: (arrived: Arrived) => number | Promise<number> = () => 200,
): Promise<TlsReceiver> {
  const arrived: Arrived[] = [];
  const { certificate: cert, privateKey: key } = own;
  const options = { cert, key, ca: authority, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const webhook = {
        from: String((request.socket as TLSSocket).getPeerCertificate().subject.CN),
        ...{ headers, body },
      };
      arrived.push(webhook);
      void Promise.resolve(statusOf(webhook)).then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
