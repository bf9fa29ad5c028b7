/**
 * `npm run test:production [-- --only NAME]`: what docker-compose.yml runs, as processes on loopback, without and with PgBouncer,
 * by the commands of docs/production.md. Ends with `N passed, N failed`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { projectRoot } from '../../src/platform/project-root';
import { runAfterDeath } from '../harness/clear-after-death';
import { helm } from '../harness/helm';
import { backups } from './backups';
import { Checks } from './checks';
import { Installation, type InstallationOptions, type Programs } from './installation';
import { image } from './image';
import { orderOfStart } from './order-of-start';
import { pgBouncerMissing } from './pgbouncer';
import { findPostgres } from './postgres';
import { refusedPolls } from './refused-polls';
import { restarts } from './restarts';
import type { Scenario } from './scenario';
import { sizes } from './sizes';
import { upgrade } from './upgrade';

/** Each has an installation of its own. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'order of start': orderOfStart,
  'refused polls': refusedPolls,
  ...{ restarts, backups, upgrade, sizes, image },
};
/** Those that a pooler makes no difference to. */
const WITHOUT_A_POOLER = ['sizes', 'refused polls', 'image'];

const { values } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean', default: false } },
});

const checks = new Checks();

async function main(): Promise<void> {
  const begun = Date.now();
  const directory = mkdtempSync(path.join(realpathSync(tmpdir()), 'cpm-production-'));
  // Nothing is left running however this ends; the directory goes with it.
  runAfterDeath(path.join(__dirname, 'after-death.mjs'), [directory, ...(values.keep ? ['keep'] : [])]);
  if (values.keep) console.log(`kept: ${directory}`);
  await runAll(directory);
  console.log(`in ${Math.round((Date.now() - begun) / 1_000)} s`);
  end();
}

function end(): never {
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  process.exit(checks.failed === 0 && checks.passed > 0 ? 0 : 1);
}

function endBy(error: unknown): never {
  console.error(error);
  checks.failed += 1;
  end();
}

async function runAll(directory: string): Promise<void> {
  const programs = programsOf(process.env);
  if (values.only === undefined) {
    await checks.check('the Helm chart is what it has to be', async () => {
      if (helm === undefined) throw new Error('there is no Helm, and none could be built');
      const jest = path.join(projectRoot, 'node_modules/jest/bin/jest.js');
      const args = [jest, '--selectProjects', 'unit', '--testPathPatterns', 'helm-chart'];
      await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
    });
  }
  for (const pooled of [false, true]) {
    const missing = pooled ? pgBouncerMissing() : undefined;
    if (missing !== undefined) {
      await checks.check('behind PgBouncer', () => Promise.reject(new Error(missing)));
      continue;
    }
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      const title = `${name}, ${pooled ? 'behind PgBouncer' : 'without a pooler'}`;
      if (pooled && WITHOUT_A_POOLER.includes(name)) continue;
      if (values.only !== undefined && !title.includes(values.only)) continue;
      console.log(`\n${title}`);
      const prepare = (more: Partial<InstallationOptions> = {}): Promise<Installation> =>
        Installation.prepare(path.join(directory, title.replaceAll(/\W+/g, '-')), programs, {
          pooled,
          ...more,
        });
      await checks.check(title, () => scenario(prepare, checks, directory));
    }
  }
}

function programsOf(env: NodeJS.ProcessEnv): Programs {
  const {
    CPM_TEMPORAL_SERVER: temporalServer,
    CPM_TEMPORAL_SQL_TOOL: temporalSqlTool,
    TEMPORAL_CLI_PATH: temporalCli,
  } = env;
  const postgres = findPostgres();
  if (!postgres)
    throw new Error(
      'PostgreSQL with psql, pg_dump and pg_restore is missing (Debian: apt-get install postgresql)',
    );
  if (!temporalServer || !temporalSqlTool || !temporalCli)
    throw new Error('start it by `npm run test:production`');
  return { postgres, temporalServer, temporalSqlTool, temporalCli };
}

process.once('uncaughtException', endBy);
// What runs this task was killed.
process.once('disconnect', () => endBy(new Error('interrupted')));
main().catch(endBy);
