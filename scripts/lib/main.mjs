/** The tasks: what each needs to be ready, and what it runs then. */
import { works } from './command.mjs';
import { createPrinter } from './print.mjs';
import { FriendlyError } from './error.mjs';
import { runService } from './service.mjs';
import { ensureBuilt } from './build.mjs';
import { buildSteps } from './steps.mjs';
import { findTemporalServer, installDebianPrograms } from './production-tools.mjs';
import { findTemporalCli, findTestServer, obtainHelm } from './tools.mjs';

const { bundle, compile, generate, help, install, packages, ui } = buildSteps;
const code = [install, generate, compile];
const everything = [...code, bundle, ui, help];
const forIntegrators = [...everything, packages];

/** A task that runs a compiled program with the arguments given. */
const program = (file, needs, options = {}) => ({
  needs,
  run: (args, env) => runService(file, args, env),
  ...options,
});

/** A task that only makes things ready. */
const preparation = (needs, options = {}) => ({ needs, run: () => 0, ...options });

/** What a task runs, loaded only then: the image is built where there are no tests. */
const lately =
  (file, name) =>
  async (...given) =>
    (await import(file))[name](...given);

const TASKS = {
  start: program('dist/src/bin/all-in-one.js', everything, { temporalCli: !process.env.TEMPORAL_ADDRESS }),
  api: program('dist/src/bin/api.js', [...code, ui, help]),
  worker: program('dist/src/bin/worker.js', [...code, bundle]),
  'rotate-encryption-key': program('dist/src/bin/rotate-encryption-key.js', code),
  'password-link': program('dist/src/bin/password-link.js', code),
  migrate: program('dist/src/bin/migrate.js', code),
  demo: program('dist/tools/demo/main.js', code),
  cli: program('dist/tools/cli/main.js', code),
  bench: program('dist/bench/main.js', [...code, bundle], { temporalCli: true }),
  receiver: program('dist/tools/receiver/main.js', code),
  build: preparation(forIntegrators),
  setup: preparation(forIntegrators, { temporalCli: true, testServer: true }),
  'test:crash': program('scripts/crash.mjs', [...code, bundle], { temporalCli: true }),
  'test:production': program('scripts/production.mjs', everything, {
    temporalCli: true,
    productionPrograms: true,
  }),
  'test:spec': { needs: [], run: lately('./spec.mjs', 'runSpecification') },
  'test:fuzz': program('scripts/fuzz.mjs', [install, generate]),
  'test:model': program('scripts/model.mjs', [install, generate]),
  sbom: { needs: [], run: lately('./sbom.mjs', 'writeSbom') },
  test: {
    ...{ needs: forIntegrators, temporalCli: true, testServer: true, run: lately('./test.mjs', 'runTests') },
    endsWithCounts: true,
  },
};

/** Runs a task and returns the exit code. */
export async function main(name, args) {
  const task = Object.hasOwn(TASKS, name ?? '') ? TASKS[name] : undefined;
  if (!task) {
    console.error(`usage: npm run TASK, where TASK is one of ${Object.keys(TASKS).join(', ')}`);
    return 2;
  }
  try {
    const print = createPrinter();
    await ensureBuilt(task.needs, print);
    const env = {};
    if (task.temporalCli) env.TEMPORAL_CLI_PATH = await findTemporalCli(print);
    if (task.productionPrograms) {
      await installDebianPrograms(print);
      Object.assign(env, await findTemporalServer(print));
      if (!(await works('helm', ['version']))) await obtainHelm(print);
    }
    if (task.testServer) env.TEMPORAL_TEST_SERVER_PATH = await findTestServer(print);
    return await task.run(args, env);
  } catch (error) {
    if (!(error instanceof FriendlyError)) throw error;
    console.error(`\n${error.message}`);
    if (task.endsWithCounts) console.log('0 passed, 1 failed');
    return error.exitCode;
  }
}
