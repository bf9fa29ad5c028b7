/** Temporal refuses the workers their tasks, as when an API key has ended, and later gives them again. */
import { startTemporalProxy } from '../harness/temporal-proxy';
import { eventually, type Checks } from './checks';
import { on, Traffic, type Prepare } from './scenario';

/** Statuses of gRPC that do not pass by themselves. */
const REFUSALS = { PERMISSION_DENIED: 7, UNAUTHENTICATED: 16, NOT_FOUND: 5 };
const REFUSED = /^cpm-webhooks: Temporal at .* refuses this process .*TEMPORAL_API_KEY.*$/m;
/** The SDK tries for a minute, and polls that are open end after another. Milliseconds. */
const NOTICED_MS = 200_000;

export async function refusedPolls(prepare: Prepare, checks: Checks): Promise<void> {
  const proxy = await startTemporalProxy();
  const installation = await prepare({ temporalOfWorkers: proxy.address });
  proxy.temporalAddress = installation.temporal.address;
  await on(installation, async () => {
    await installation.start();
    const traffic = await Traffic.start(installation);
    const deliversAgain = (name: string): Promise<boolean> =>
      checks.check(`once ${name} is over, everything is delivered`, async () => {
        proxy.refusal = undefined;
        await traffic.forSeconds(1);
        await traffic.mustBeRight();
      });
    try {
      await traffic.forSeconds(1);
      for (const [name, status] of Object.entries(REFUSALS)) {
        const saidBefore = installation.workers.map(({ said }) => said.length);
        proxy.refusal = status;
        await traffic.forSeconds(2);
        await checks.check(`workers say in one line that they get ${name}, and end`, async () => {
          for (const [place, worker] of installation.workers.entries())
            await eventually(() => {
              const said = worker.said.slice(saidBefore[place]);
              if (!REFUSED.test(said)) throw new Error(`it says nothing of it:\n${said.slice(-2_000)}`);
            }, NOTICED_MS);
        });
        await deliversAgain(name);
      }
    } finally {
      await traffic.close();
    }
  });
  proxy.close();
}
