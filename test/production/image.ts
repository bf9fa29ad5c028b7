/** The image that docker-compose.yml builds: small, with a health check, and all that is run from it works. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { BuiltImage, buildahMissing } from './buildah';
import { eventually, mustBe, type Checks } from './checks';
import { on, Traffic, type Prepare } from './scenario';

const MB = 1_000_000;
/** What it adds to its base at the most. */
const MOST_MB = 220;

export async function image(prepare: Prepare, checks: Checks, directory: string): Promise<void> {
  const missing = buildahMissing();
  if (missing !== undefined) throw new Error(missing);
  const place = path.join(directory, 'image');
  mkdirSync(place);
  const built = new BuiltImage(place);
  try {
    await built.build();
    await runAll(built, prepare, checks);
  } finally {
    await built.remove();
  }
}

async function runAll(built: BuiltImage, prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare({ inImage: built.script() });
  await on(installation, async () => {
    await look(built, checks);
    await installation.start();
    const traffic = await Traffic.start(installation);
    try {
      await checks.check('migrate, APIs and workers run from it, and everything is delivered', async () => {
        await traffic.forSeconds(3);
        await traffic.mustBeRight();
      });
    } finally {
      await traffic.close();
    }
    const [api] = installation.apis;
    const { apiUrl } = installation.target;
    const health = async (): Promise<string> => {
      const { health: command } = await built.facts();
      return built.run(command, { CPM_PORT: new URL(apiUrl).port });
    };
    await checks.check('its health check passes while an API runs, and fails where none does', async () => {
      await health();
      await api?.stop();
      const failed = await health().then(
        () => false,
        () => true,
      );
      mustBe('it fails', failed, true);
      api?.start();
      await installation.ready();
    });
    await checks.check('it has the admin UI, and the help', async () => {
      const page = await fetch(`${apiUrl}/`);
      mustBe('the page', [page.status, (await page.text()).includes('<div id="root">')], [200, true]);
      const help = await fetch(`${apiUrl}/help/`);
      mustBe('the help', [help.status, (await help.text()).includes('VPContent')], [200, true]);
    });
    await checks.check('a worker of it ends in order when it is told to', async () => {
      const [worker] = installation.workers;
      const [, pid] = /"pid":(\d+)/.exec(worker?.said ?? '') ?? [];
      process.kill(Number(pid), 'SIGTERM'); // buildah itself would kill what it runs
      await eventually(() => mustBe('it says so', worker?.said.includes('worker stopped'), true));
    });
  });
}

async function look(built: BuiltImage, checks: Checks): Promise<void> {
  await checks.check(`it adds less than ${MOST_MB} MB to its base, and runs as nobody of rank`, async () => {
    const { layers, user } = await built.facts();
    const [base = 0, ...own] = layers;
    const added = own.reduce((sum, size) => sum + size, 0);
    console.log(`  ${Math.round(added / MB)} MB over a base of ${Math.round(base / MB)} MB`);
    mustBe('the user', user, 'node');
    if (added > MOST_MB * MB) throw new Error(`it is too large: ${added} bytes`);
  });
  await checks.check(
    'it holds no package of development, and one build of the bridge to Temporal',
    async () => {
      const packages = path.posix.join('/app', 'node_modules');
      const there = await built.run(['ls', packages, `${packages}/@temporalio/core-bridge/releases`]);
      const names = there.split(/\s+/);
      mustBe(
        'of development',
        ['typescript', 'jest', 'vite', 'eslint'].filter((name) => names.includes(name)),
        [],
      );
      mustBe('builds', names.filter((name) => /-(linux|darwin|windows)-/.test(name)).length, 1);
    },
  );
}
