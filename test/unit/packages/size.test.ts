/** What the packages cost whoever installs them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';

const MOST_BYTES = 10 * 1024;

describe.each(['client', 'receiver'])('the package %s', (name) => {
  it('is under 10 KB with all that it exports, minified and compressed', () => {
    const script = path.join(projectRoot, 'packages/bundle-size.mjs');
    const size = Number(execFileSync(process.execPath, [script, name], { encoding: 'utf8' }));
    expect(size).toBeGreaterThan(1_000);
    expect(size).toBeLessThan(MOST_BYTES);
  });

  it('needs nothing else where it runs', () => {
    const text = readFileSync(path.join(projectRoot, 'packages', name, 'package.json'), 'utf8');
    expect(JSON.parse(text)).not.toHaveProperty('dependencies');
  });
});
