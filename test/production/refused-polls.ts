/** Temporal refuses the workers their tasks, as when an API key has ended, and later gives them again. */
import { startTemporalProxy } from '../harness/temporal-proxy';
import { eventually, type Checks } from './checks';
import { on, Traffic, type Prepare } from './scenario';

/** Of gRPC: PERMISSION_DENIED. */
const REFUSED = 7;
/** The SDK tries for a minute, and polls that are open end after another. Milliseconds. */
const NOTICED_MS = 200_000;

export async function refusedPolls(prepare: Prepare, checks: Checks): Promise<void> {
  const proxy = await startTemporalProxy();
  const installation = await prepare({ temporalOfWorkers: proxy.address });
  proxy.temporalAddress = installation.temporal.address;
  await on(installation, async () => {
    await installation.start();
    const traffic = await Traffic.start(installation);
    try {
      await traffic.forSeconds(1);
      proxy.refusal = REFUSED;
      await traffic.forSeconds(2);
      await checks.check(
        'workers say in one line that they are refused, and end to be started again',
        async () => {
          for (const worker of installation.workers)
            await eventually(() => {
              const line = /^cpm-webhooks: Temporal at .* refuses this process .*TEMPORAL_API_KEY.*$/m;
              if (!line.test(worker.said))
                throw new Error(`it says nothing of it:\n${worker.said.slice(-2_000)}`);
            }, NOTICED_MS);
        },
      );
      await checks.check('once they may again, everything is delivered', async () => {
        proxy.refusal = undefined;
        await traffic.forSeconds(1);
        await traffic.mustBeRight();
      });
    } finally {
      await traffic.close();
    }
  });
  proxy.close();
}
