/** The image is built of what .dockerignore lets in, which is not all of the checkout. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';

/** What the image's build has of the checkout. */
const letIn = readFileSync(path.join(projectRoot, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

describe('what the image is built of', () => {
  it('has all that the task runner needs to run a build', () => {
    const context = mkdtempSync(path.join(tmpdir(), 'cpm-context-'));
    try {
      for (const name of letIn) {
        cpSync(path.join(projectRoot, name), path.join(context, name), {
          recursive: true,
          filter: (file) => !/\/(node_modules|dist)$/.test(file),
        });
      }
      const { status, stderr } = spawnSync(process.execPath, ['scripts/run.mjs'], {
        cwd: context,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^usage: npm run TASK, where TASK is .*\bbuild\b/),
      ]);
    } finally {
      rmSync(context, { recursive: true, force: true });
    }
  });
});
