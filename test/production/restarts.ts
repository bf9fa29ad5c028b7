/** Each part is stopped, or killed, and started again, while changes are recorded by both APIs. */
import type { Checks } from './checks';
import type { Installation } from './installation';
import { on, pause, Traffic, type Prepare } from './scenario';
import type { Supervised } from './supervised';

/** Load before a part goes and after it is back. */
const AROUND_MS = 1_500;

export async function restarts(prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare();
  await on(installation, async () => {
    await installation.start();
    const traffic = await Traffic.start(installation);
    try {
      for (const [name, part] of partsOf(installation)) {
        for (const how of ['restart', 'kill'] as const) {
          await checks.check(`${name}: ${how} under load loses nothing`, async () => {
            await traffic.during(async () => {
              await pause(AROUND_MS);
              await part[how]();
              await installation.ready();
              await pause(AROUND_MS);
            });
            const duplicates = await traffic.mustBeRight();
            console.log(`  ${duplicates} repeated`);
          });
        }
      }
    } finally {
      await traffic.close();
    }
  });
}

function partsOf(installation: Installation): readonly (readonly [string, Supervised])[] {
  const { apis, workers, postgres, temporal, temporalPostgres, pgBouncer } = installation;
  return [
    ...apis.slice(0, 1).map((api) => ['API', api] as const),
    ...workers.slice(0, 1).map((worker) => ['worker', worker] as const),
    ['PostgreSQL', postgres.process],
    // Temporal's do not know of a pooler.
    ...(pgBouncer
      ? ([['PgBouncer', pgBouncer]] as const)
      : ([
          ['Temporal', temporal.process],
          ["Temporal's PostgreSQL", temporalPostgres.process],
        ] as const)),
  ];
}
