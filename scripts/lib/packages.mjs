/** The packages of package-lock.json. */
import { readFileSync } from 'node:fs';
import { npmCommand, outputOf } from './command.mjs';
import { FriendlyError } from './error.mjs';
import { inRoot } from './paths.mjs';

/** The property of a package that only those need who work on the code. */
export const DEVELOPMENT = 'cdx:npm:package:development';

/** All of them, whatever is installed here, as npm tells them in the form of CycloneDX. */
export async function packagesOf() {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const told = await outputOf(...npmCommand(args));
  if (told === undefined) throw new FriendlyError('`npm sbom` failed: npm 9.5 or later is needed');
  return JSON.parse(told);
}

/**
 * `name@version` of those that an installation has, as `npm ci --omit=dev` makes it. (`npm sbom --omit=dev` leaves out what a package
 * for development needs too.)
 */
export function installedPackages() {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
  const entries = Object.entries(packages).filter(
    ([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional,
  );
  return entries.map(([place, { name, version }]) => {
    return `${name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`;
  });
}
