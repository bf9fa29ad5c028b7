import { createServer, type AddressInfo } from 'node:net';
import { createOutboxNotifier, OUTBOX_CHANNEL } from '../../../src/outbox/notify';
import { startListener } from '../../../src/platform/listener';
import { createLogger } from '../../../src/platform/logger';
import { eventually } from '../../harness/service';
import { useTestDatabase } from '../../harness/database';

const logger = createLogger('silent', 'test');

const database = useTestDatabase();

/** The server processes of connections that listen, by the database's own account. */
async function listening(): Promise<number[]> {
  const rows = await database.db.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
  return rows.map(({ pid }) => pid);
}

describe('the listener for notifications', () => {
  it('hears them, also after its connection was cut', async () => {
    let heard = 0;
    let lost = 0;
    const listener = startListener({
      ...{ databaseUrl: database.url, channel: OUTBOX_CHANNEL, logger },
      onNotification: () => (heard += 1),
      onLost: () => (lost += 1),
    });
    const notifier = createOutboxNotifier(database.db, logger);
    const hears = async (): Promise<void> => {
      await eventually(() => expect(heard).toBe(1)); // it looks by itself once it listens
      notifier.notify();
      await eventually(() => expect(heard).toBe(2));
    };
    await hears();
    const [first, ...others] = await listening();
    expect([typeof first, others]).toEqual(['number', []]);
    heard = 0;
    const [cut] = await database.db.$queryRaw<
      { done: boolean }[]
    >`SELECT pg_terminate_backend(${first}::int) AS "done"`;
    expect(cut).toEqual({ done: true });
    await hears();
    expect(lost).toBe(1);
    expect(await listening()).toEqual([expect.any(Number)]);
    expect(await listening()).not.toContain(first);
    await listener.stop();
    await eventually(async () => expect(await listening()).toEqual([]));
  });

  it('stops while its connection is still being made', async () => {
    const silent = createServer();
    const connecting = new Promise((resolve) =>
      silent.once('connection', (socket) => socket.once('data', resolve)),
    );
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const listener = startListener({
      ...{ databaseUrl: `postgresql://u:p@127.0.0.1:${port}/d`, channel: OUTBOX_CHANNEL, logger },
      onNotification: () => undefined,
    });
    await connecting;
    await expect(listener.stop()).resolves.toBeUndefined();
    silent.close();
  });
});
