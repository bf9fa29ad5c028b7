/** The database of a process, and the sealer of what it keeps there. */
import { Client, DatabaseError } from 'pg';
import { openDatabase, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { openSealer } from '../../platform/key-ring';
import type { Logger } from '../../platform/logger';
import { compareWithRecord } from '../../platform/schema-version';
import { refuseOtherTimeZones } from '../../platform/time-zone';
import { awaitPart, databaseAway, NotYetError } from './await-part';
import type { RunnableConfig } from './process';

/** What a process stores in. */
export interface Store {
  readonly db: Database;
  readonly sealer: Sealer;
}

/**
 * PostgreSQL's codes for a role, a database, a right or a table that is not there before `migrate` has run:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const BEFORE_MIGRATE = new Set(['28P01', '28000', '3D000', '42501', '42P01']);

/**
 * Opens the database, awaiting one that is just being started or migrated, and shows that the keys of this process open what is in it.
 * @param awaitedMs how long; default five minutes
 * @throws NotYetError, TimeZoneError, WrongKeyError
 */
export async function openStore(config: RunnableConfig, logger: Logger, awaitedMs?: number): Promise<Store> {
  const db = openDatabase(config.databaseUrl, config);
  try {
    return await awaitPart(() => open(db, config, logger), logger, awaitedMs);
  } catch (error) {
    await db.$disconnect();
    throw error;
  }
}

async function open(db: Database, config: RunnableConfig, logger: Logger): Promise<Store> {
  try {
    const { lacking, newer } = await compareWithRecord(db.pool);
    if (lacking > 0)
      throw new NotYetError(`the database lacks ${lacking} migrations of this version (npm run migrate)`);
    if (newer > 0)
      logger.warn({ count: newer }, 'the database has migrations that this version does not know');
    await refuseOtherTimeZones(db.pool);
    return { db, sealer: await openSealer(db, [config.encryptionKey, ...config.previousEncryptionKeys]) };
  } catch (error) {
    throw asMissing(error, config.databaseUrl);
  }
}

/** What may come, with its address and what helps; other errors as they are. */
function asMissing(error: unknown, databaseUrl: string): unknown {
  if (error instanceof DatabaseError && BEFORE_MIGRATE.has(error.code ?? '')) {
    const { host, port } = new Client({ connectionString: databaseUrl });
    const what = `PostgreSQL at ${host}:${port} does not let the role of DATABASE_URL in yet`;
    return new NotYetError(`${what}, SQLSTATE ${error.code} (npm run migrate gives it its rights)`, error);
  }
  return databaseAway(error, databaseUrl) ?? error;
}
