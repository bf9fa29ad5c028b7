import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { hasCode } from '../platform/error-code';
import { EmbeddedStackError } from './error';

/** All embedded parts listen here only. */
export const LOOPBACK = '127.0.0.1';

/**
 * Where a free port is looked for. It ends below what systems give to outgoing connections (32768 on Linux, 49152 elsewhere): one of
 * those can be taken by any connection that is opened before the part listens on it.
 */
const FREE_RANGE = { from: 15_000, to: 32_000 } as const;

/**
 * The port to listen on: the wanted one, or for 0 one that is free just now.
 *
 * @throws EmbeddedStackError naming the setting to change when the wanted port is taken.
 */
export async function claimPort(wanted: number, setting: string): Promise<number> {
  if (wanted === 0) return freePort();
  try {
    await probe(wanted);
    return wanted;
  } catch (cause) {
    const why = hasCode(cause, 'EACCES') ? 'not permitted' : 'taken';
    throw new EmbeddedStackError(`port ${wanted} is ${why}: set ${setting} to a free port`, { cause });
  }
}

/** A port of loopback that nobody listens on just now, and that no outgoing connection will be given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FREE_RANGE.from, FREE_RANGE.to);
    try {
      await probe(port);
      return port;
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) throw error;
    }
  }
}

async function probe(port: number): Promise<void> {
  const server = createServer().listen({ port, host: LOOPBACK, exclusive: true });
  await once(server, 'listening');
  await new Promise((resolve) => server.close(resolve));
}
