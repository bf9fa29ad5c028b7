/** `npm test`: checks, then every test; the last line is the total. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runNode } from './command.mjs';
import { composeCheck } from './compose.mjs';
import { licenceCheck } from './licences.mjs';
import { inRoot } from './paths.mjs';
import { runSpecification } from './spec.mjs';

const tsc = 'node_modules/typescript/bin/tsc';

/** Takes as long as all others. */
const lint = {
  name: 'lint',
  run: () => runNode('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
};

const others = [
  {
    name: 'format',
    run: () => runNode('node_modules/prettier/bin/prettier.cjs', ['--check', '.', '--log-level', 'warn']),
  },
  { name: 'types', run: () => runNode(tsc, ['--noEmit', '--pretty']) },
  {
    name: 'types of the admin UI',
    applies: () => existsSync(inRoot('web/tsconfig.json')),
    run: () => runNode(tsc, ['--noEmit', '--pretty', '-p', 'web']),
  },
  {
    name: 'API types',
    applies: () => existsSync(inRoot('web/generate-api-types.mjs')),
    run: () => runNode('web/generate-api-types.mjs', ['--check']),
  },
  {
    name: 'types of the receiver kit',
    run: () => runNode('packages/receiver/generate-bodies.mjs', ['--check']),
  },
  licenceCheck,
  composeCheck,
  {
    name: 'specification of the ordering protocol, in short',
    run: () => runSpecification(['--quick']),
  },
];

/** Each check counts as one test. Those of a lane run one after the other, the lanes beside each other. */
const LANES = [[lint], others];

/** Runs all, whatever fails on the way. Arguments go to jest, like `-- --selectProjects unit`. */
export async function runTests(args, env) {
  const checks = (await Promise.all(LANES.map(runInOrder))).flat();
  const tests = await runJest(args, env);
  const passed = checks.filter((ok) => ok).length + tests.passed;
  const failed = checks.filter((ok) => !ok).length + tests.failed;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Whether each of the checks that apply has passed. */
async function runInOrder(checks) {
  const results = [];
  for (const check of checks) {
    if ((await check.applies?.()) === false) continue;
    const ok = (await check.run()) === 0;
    console.error(`${ok ? 'PASS' : 'FAIL'} ${check.name}`);
    results.push(ok);
  }
  return results;
}

/** A test file that could not run counts as one failure, and so does a jest that ended without a result. */
async function runJest(args, env) {
  const directory = mkdtempSync(path.join(tmpdir(), 'cpm-test-'));
  const outputFile = path.join(directory, 'result.json');
  try {
    const jest = ['--json', `--outputFile=${outputFile}`, ...args];
    const exitCode = await runNode('node_modules/jest/bin/jest.js', jest, {
      env: { ...env, CPM_TEST_TEMPORAL_CLI: env.TEMPORAL_CLI_PATH },
    });
    if (!existsSync(outputFile)) return { passed: 0, failed: 1 };
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return { passed: result.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
