/** A migrated database for one test file. */
import { openDatabase, type Database } from '../../src/platform/database';
import { startTestPostgres, type TestPostgres } from './stack';

/** The database of a test file: there from the first `beforeAll` to the last `afterAll`. */
export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
}

/** Call it at the top of the file, before hooks that use the database. */
export function useTestDatabase(): TestDatabase {
  let postgres: TestPostgres | undefined;
  let client: Database | undefined;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    client = openDatabase(postgres.url);
  });
  afterAll(async () => {
    await client?.$disconnect();
    await postgres?.stop();
  });
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the database is not started before the first hook of the file');
    return part;
  };
  return {
    get db() {
      return started(client);
    },
    get url() {
      return started(postgres).url;
    },
  };
}
