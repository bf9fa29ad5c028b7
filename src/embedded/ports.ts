import { createServer } from 'node:net';
import { hasCode } from '../platform/error-code';
import { EmbeddedStackError } from './error';

/** All embedded parts listen here only. */
export const LOOPBACK = '127.0.0.1';

/**
 * The port to listen on: the wanted one, or for 0 one that is free just now.
 *
 * @throws EmbeddedStackError naming the setting to change when the wanted port is taken.
 */
export async function claimPort(wanted: number, setting: string): Promise<number> {
  try {
    return await probe(wanted);
  } catch (cause) {
    const why = hasCode(cause, 'EACCES') ? 'not permitted' : 'taken';
    throw new EmbeddedStackError(`port ${wanted} is ${why}: set ${setting} to a free port`, { cause });
  }
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  });
}
