/** The packages of package-lock.json. */
import { readFileSync } from 'node:fs';
import { npmCommand, outputOf } from './command.mjs';
import { FriendlyError } from './error.mjs';
import { inRoot } from './paths.mjs';

/** The property of a package that only those need who work on the code. */
export const DEVELOPMENT = 'cdx:npm:package:development';

/** All of them but our own, whatever is installed here, as npm tells them in the form of CycloneDX. */
export async function packagesOf() {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const told = await outputOf(...npmCommand(args));
  if (told === undefined) throw new FriendlyError('`npm sbom` failed: npm 9.5 or later is needed');
  const all = JSON.parse(told);
  const isOthers = (ref) => !ref.startsWith(OUR_SCOPE);
  return {
    ...all,
    components: all.components.filter((component) => isOthers(component['bom-ref'])),
    dependencies: all.dependencies
      .filter(({ ref }) => isOthers(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isOthers) })),
  };
}

/** Of the packages in packages/. */
const OUR_SCOPE = '@cpm-webhooks/';

/**
 * `name@version` of those that an installation has, as `npm ci --omit=dev` makes it. (`npm sbom --omit=dev` leaves out what a package
 * for development needs too.)
 */
export function installedPackages() {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'));
  const entries = Object.entries(packages).filter(
    ([place, { dev, devOptional, link }]) =>
      place.startsWith('node_modules/') && !dev && !devOptional && !link,
  );
  return entries.map(([place, { name, version }]) => {
    return `${name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`;
  });
}
