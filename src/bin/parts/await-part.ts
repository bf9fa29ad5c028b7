/** What a process needs to start is awaited: parts may be started in any order, and each says what it waits for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { isDatabaseAway } from '../../platform/database-errors';
import type { Logger } from '../../platform/logger';
import { stopping } from '../../platform/stop-request';

/** Something is missing that may come. The message says in one line what it is, where, and what helps. */
export class NotYetError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NotYetError';
  }
}

/** The process was asked to stop before it had started. */
export class StoppedError extends Error {}

/** What does not come meanwhile is likelier set wrong. Milliseconds. */
const AWAITED_MS = 300_000;
const AGAIN_MS = 1_000;
/** What is still missing is told again after this. Milliseconds. */
const SAID_AGAIN_MS = 60_000;

/**
 * Looks again and again until nothing is missing any more, and says in one line what is.
 * @throws NotYetError of the last look, when that took too long
 * @throws StoppedError
 */
export async function awaitPart<T>(
  look: () => Promise<T>,
  logger: Pick<Logger, 'warn'>,
  limitMs = AWAITED_MS,
): Promise<T> {
  const limit = Date.now() + limitMs;
  let said = { message: '', at: 0 };
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof NotYetError) || Date.now() >= limit) throw error;
      const { message } = error;
      if (message !== said.message || Date.now() - said.at >= SAID_AGAIN_MS) {
        logger.warn(`waiting: ${message}`);
        said = { message, at: Date.now() };
      }
    }
    await sleep(AGAIN_MS, undefined, { signal: stopping }).catch(() => {
      throw new StoppedError();
    });
  }
}

/** What to say where the database does not answer; undefined where the error means something else. */
export function databaseAway(error: unknown, databaseUrl: string): NotYetError | undefined {
  if (!isDatabaseAway(error)) return undefined;
  const { host, port } = new Client({ connectionString: databaseUrl });
  return new NotYetError(`PostgreSQL does not answer at ${host}:${port} (DATABASE_URL)`, error);
}
