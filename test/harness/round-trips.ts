/** Counts how often a client has to wait for the database, on the wire: whatever is sent together is one round trip. */
import { openDatabase, type Database } from '../../src/platform/database';
import { useTestDatabase, type TestDatabase } from './database';
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy';

/** A proxy before a database that counts. */
export interface RoundTripCounter extends DatabaseProxy {
  /** Round trips of all connections since the last call. */
  take(): number;
}

/** Starts a proxy. A round trip begins when a client sends something after the database has answered. */
export async function countRoundTrips(databaseUrl: string): Promise<RoundTripCounter> {
  let roundTrips = 0;
  const proxy = await startDatabaseProxy(databaseUrl, () => {
    let answered = true;
    return {
      fromClient() {
        if (answered) roundTrips += 1;
        answered = false;
      },
      fromDatabase() {
        answered = true;
      },
    };
  });
  return {
    ...proxy,
    take() {
      const counted = roundTrips;
      roundTrips = 0;
      return counted;
    },
  };
}

/** A database of a test file, and a client with one connection to it whose round trips are counted, from the start of each test. */
export interface CountedDatabase {
  readonly direct: TestDatabase;
  readonly db: Database;
  readonly counter: RoundTripCounter;
}

/** Call it at the top of the file. What it has is there from the first hook on. */
export function useCountedDatabase(): CountedDatabase {
  const direct = useTestDatabase();
  let [db, counter]: [Database?, RoundTripCounter?] = [];
  beforeAll(async () => {
    counter = await countRoundTrips(direct.url);
    db = openDatabase(counter.url, { maxConnections: 1 });
    await db.$queryRaw`SELECT 1`;
  });
  afterAll(async () => {
    await db?.$disconnect();
    await counter?.stop();
  });
  beforeEach(() => counter?.take());
  return {
    direct,
    get db() {
      return db as Database;
    },
    get counter() {
      return counter as RoundTripCounter;
    },
  };
}
