/** Counts how often a client has to wait for the database, on the wire: whatever is sent together is one round trip. */
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
