/** Hears the notifications of other processes. Without it everything works too, half a second later. */
import { Client } from 'pg';
import { OUTBOX_CHANNEL } from './notify';
import type { Logger } from '../platform/logger';
import { Wakeable } from '../platform/wakeable';

const RECONNECT_MS = 2_000;

/** Listens on the outbox's channel with a connection of its own, made again whenever it is lost. */
export function startListener(
  databaseUrl: string,
  onNotification: () => void,
  logger: Logger,
): { stop(): Promise<void> } {
  const wakeable = new Wakeable();
  let stopping = false;
  /** Ends the wait for what the present connection has to tell. */
  let leave = (): void => undefined;

  const listen = async (): Promise<void> => {
    const connection = new Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const over = new Promise<void>((resolve) => {
      leave = resolve;
      connection.on('end', resolve);
      connection.on('error', () => resolve());
    });
    connection.on('notification', onNotification);
    const subscribe = async (): Promise<void> => {
      await connection.connect();
      await connection.query(`LISTEN ${OUTBOX_CHANNEL}`);
      onNotification(); // what was notified while nobody listened
    };
    try {
      // The promise of a connection that is ended before it is established never ends: hence the race.
      await Promise.race([subscribe(), over]);
      await over;
    } finally {
      await connection.end().catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      await listen().catch((error: unknown) =>
        logger.debug({ err: error }, 'not listening for notifications'),
      );
      if (!stopping) await wakeable.sleep(RECONNECT_MS);
    }
  };

  const running = run();
  return {
    async stop() {
      stopping = true;
      wakeable.wake();
      leave();
      await running;
    },
  };
}
