import { createServer, type AddressInfo } from 'node:net';
import { startListener } from '../../../src/outbox/listener';
import { openDatabase, type Database } from '../../../src/platform/database';
import { createOutboxNotifier } from '../../../src/outbox/notify';
import { createLogger } from '../../../src/platform/logger';
import { eventually } from '../../harness/service';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

const logger = createLogger('silent', 'test');

let postgres: TestPostgres;
let db: Database;
beforeAll(async () => {
  postgres = await startTestPostgres();
  db = openDatabase(postgres.url);
});
afterAll(async () => {
  await db.$disconnect();
  await postgres.stop();
});

describe('the listener for notifications', () => {
  it('hears them, also after its connection was cut', async () => {
    let heard = 0;
    const listener = startListener(postgres.url, () => (heard += 1), logger);
    const notifier = createOutboxNotifier(db, logger);
    const hears = async (): Promise<void> => {
      await eventually(() => expect(heard).toBe(1)); // it looks by itself once it listens
      notifier.notify();
      await eventually(() => expect(heard).toBe(2));
    };
    await hears();
    heard = 0;
    await db.$executeRaw`
      SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
    await hears();
    await listener.stop();
  });

  it('stops while its connection does not stand yet', async () => {
    const silent = createServer();
    const asked = new Promise((resolve) =>
      silent.once('connection', (socket) => socket.once('data', resolve)),
    );
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const listener = startListener(`postgresql://u:p@127.0.0.1:${port}/d`, () => undefined, logger);
    await asked;
    await listener.stop();
    silent.close();
  });
});
