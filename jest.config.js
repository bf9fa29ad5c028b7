/** Each kind of test is a project, so that `npx jest --selectProjects unit` runs one kind. */
const { existsSync } = require('node:fs');
const { homedir } = require('node:os');
const path = require('node:path');
const versions = require('./scripts/lib/tool-versions.json');

/** `npm test` names the Temporal programs; for `npx jest` alone, what `npm run setup` left in the cache serves. */
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'cpm-webhooks');
for (const [variable, name] of [
  ['CPM_TEST_TEMPORAL_CLI', `temporal-${versions.temporalCli}`],
  ['TEMPORAL_TEST_SERVER_PATH', `temporal-test-server-${versions.testServer}`],
]) {
  const file = path.join(cache, name);
  if (!process.env[variable] && existsSync(file)) process.env[variable] = file;
}

/** Packages that are ES modules only: Node requires them, but Jest's own loader does not. */
const ESM_NAMES = '(?:oauth4webapi|openid-client|jose)';
const ESM_PACKAGES = `/node_modules/${ESM_NAMES}/.+\\.js$`;

const shared = {
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
    [ESM_PACKAGES]: ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!${ESM_NAMES}/)`],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const project = (name, options = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...options,
});

/** PostgreSQL and Temporal for the whole run: started once, and only where a test of such a project runs. */
const onRealParts = {
  globalSetup: '<rootDir>/test/harness/stack-setup.js',
  globalTeardown: '<rootDir>/test/harness/stack-teardown.js',
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    project('unit'),
    project('workflow'),
    project('integration', onRealParts),
    project('e2e', onRealParts),
    project('browser', onRealParts),
  ],
  testSequencer: '<rootDir>/test/harness/longest-first.js',
  testTimeout: 1_800_000,
  // As many as the machine of CI has cores. With more, parts wait for each other longer than their own limits on a slow day.
  maxWorkers: 2,
};
