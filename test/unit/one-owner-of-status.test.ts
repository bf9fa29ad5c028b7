/** Rule `one-owner-of-status`, read from the sources: lint holds it too, but only where lint is run. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', 'src', 'activities', 'workflows'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => file.endsWith('.ts'));

const writers = (pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(readFileSync(path.join(root, file), 'utf8')));

describe('a write of a delivery’s status', () => {
  it('stands in one file only', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(writers(/UPDATE "Delivery"[^`]*?SET[^`]*?"status" =/s)).toEqual(['src/outbox/transitions.ts']);
    expect(writers(/UPDATE "Delivery"/)).toEqual(['src/outbox/transitions.ts']);
  });
});
