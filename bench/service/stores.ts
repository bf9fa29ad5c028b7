/** PostgreSQL and Temporal as `npm start` embeds them, with what the benchmark counts switched on. */
import pino from 'pino';
import {
  startEmbeddedPostgres,
  startEmbeddedTemporal,
  type EmbeddedPostgres,
  type EmbeddedTemporal,
} from '../../src/embedded/index';
import { applyMigrations } from '../../src/platform/migrations';
import { SEARCH_ATTRIBUTES } from '../../workflows/shared/search-attributes';
import { COUNTING_SETTINGS } from '../measure/database';

export const NAMESPACE = 'default';

const logger = pino({ level: 'silent' });

/** The running stores. */
export interface Stores {
  readonly postgres: EmbeddedPostgres;
  readonly temporal: EmbeddedTemporal;
  stop(): Promise<void>;
}

/** Starts both on free ports and migrates the database; when one can't start, the other is stopped again. */
export async function startStores(dataDir: string): Promise<Stores> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: COUNTING_SETTINGS, logger });
  let temporal: EmbeddedTemporal | undefined;
  const stop = async (): Promise<void> => {
    await temporal?.stop();
    await postgres.stop();
  };
  try {
    await applyMigrations({ databaseUrl: postgres.url, logger });
    temporal = await startEmbeddedTemporal({
      dataDir,
      executable: process.env.TEMPORAL_CLI_PATH ?? 'temporal',
      ...{ namespace: NAMESPACE, port: 0, uiPort: 0, searchAttributes: SEARCH_ATTRIBUTES, logger },
    });
    return { postgres, temporal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
