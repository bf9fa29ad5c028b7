/** Hears the notifications of other processes. They may be lost, so nothing may depend on them for more than speed. */
import { Client, escapeIdentifier } from 'pg';
import type { Logger } from './logger';
import { Wakeable } from './wakeable';

const RECONNECT_MS = 2_000;

/** What is listened to, and who hears it. */
export interface ListenerOptions {
  readonly databaseUrl: string;
  /** PostgreSQL notification channel. */
  readonly channel: string;
  /** Called for each notification, and once whenever listening begins: some may have been missed before. */
  readonly onNotification: () => void;
  /** Called when notifications may be missed from now on, until `onNotification` is called again. */
  readonly onLost?: () => void;
  readonly logger: Logger;
}

/** Listens with a connection of its own, made again whenever it is lost. */
export function startListener(options: ListenerOptions): { stop(): Promise<void> } {
  const { databaseUrl, channel, onNotification, onLost, logger } = options;
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
      await connection.query(`LISTEN ${escapeIdentifier(channel)}`);
      onNotification(); // what was notified while nobody listened
    };
    try {
      // The promise of a connection that is ended before it is established never ends: hence the race.
      await Promise.race([subscribe(), over]);
      await over;
    } finally {
      onLost?.();
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
