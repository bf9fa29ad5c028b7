/** A database of version 0.1.0 with deliveries waiting is brought to this version, and goes on. */
import { deliveryIdOf, startReceiver } from '../../tools/receiver/receiver';
import { OLD_INSTALLATION, OldDatabase } from '../harness/old-database';
import { eventually, mustBe, type Checks } from './checks';
import { on, type Prepare } from './scenario';

export async function upgrade(prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare({ encryptionKey: OLD_INSTALLATION.encryptionKey.toString('base64') });
  const receiver = await startReceiver({ port: 0 });
  await on(installation, async () => {
    await installation.startPostgres();
    await installation.createRoles();
    const old = await OldDatabase.load(installation.postgres.url('cpm', 'cpm_owner'), receiver.url);
    try {
      const owed = old.deliveries.filter(
        ({ status }) => !['delivered', 'cancelled', 'expired', 'paused'].includes(status),
      );
      await checks.check('migrate brings it to this version', () => installation.migrate());
      await installation.startTemporal();
      installation.pgBouncer?.start();
      await installation.startParts();
      await checks.check(`each of the ${owed.length} deliveries that waited is delivered`, () =>
        eventually(() => {
          const arrived = new Set(receiver.received.map(deliveryIdOf));
          mustBe('missing', owed.filter(({ id }) => !arrived.has(id)).length, 0);
        }, 120_000),
      );
      await checks.check('nothing that was finished is sent again', async () => {
        const finished = new Set(
          old.deliveries.filter(({ status }) => status === 'delivered').map(({ id }) => id),
        );
        const again = receiver.received.filter((webhook) => finished.has(deliveryIdOf(webhook)));
        mustBe('sent again', again.length, 0);
        return Promise.resolve();
      });
    } finally {
      await old.close();
    }
  });
  await receiver.close();
}
