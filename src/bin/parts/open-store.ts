/** The database of a process, and the sealer of what it keeps there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, type Database } from '../../platform/database';
import { isDatabaseAway } from '../../platform/database-errors';
import type { Sealer } from '../../platform/encryption';
import { openSealer } from '../../platform/key-ring';
import type { Logger } from '../../platform/logger';
import type { RunnableConfig } from './process';

/** What a process stores in. */
export interface Store {
  readonly db: Database;
  readonly sealer: Sealer;
}

/** How long a process that starts awaits its database. Milliseconds. */
const AWAITED_MS = 60_000;
const AGAIN_MS = 1_000;

/**
 * Opens the database, awaiting one that is just being started again, and shows that the keys of this process open what is in it.
 * @throws WrongKeyError
 */
export async function openStore(config: RunnableConfig, logger: Logger): Promise<Store> {
  const db = openDatabase(config.databaseUrl, config);
  const limit = Date.now() + AWAITED_MS;
  for (;;) {
    try {
      return { db, sealer: await openSealer(db, [config.encryptionKey, ...config.previousEncryptionKeys]) };
    } catch (error) {
      if (!isDatabaseAway(error) || Date.now() > limit) {
        await db.$disconnect();
        throw error;
      }
      logger.warn('the database is not reachable yet; it is awaited');
      await sleep(AGAIN_MS);
    }
  }
}
