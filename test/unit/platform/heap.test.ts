import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Keeps 60 lists of objects, replaces the oldest over and over, and prints the most that the heap held, in MB. */
const LEAVES_GARBAGE = `
  const kept = [];
  let most = 0;
  for (let round = 0; round < 600; round++) {
    kept[round % 60] = Array.from({ length: 10000 }, (_, i) => ({ round, i, text: 'x' + i }));
    most = Math.max(most, process.memoryUsage().heapUsed);
  }
  console.log(Math.round(most / 1048576));`;

const KEEP_SMALL = `
  const source = ${JSON.stringify(path.resolve(__dirname, '../../../src/platform/heap.ts'))};
  const { code } = require('@swc/core').transformFileSync(source, { module: { type: 'commonjs' } });
  const compiled = { exports: {} };
  new Function('exports', 'require', code)(compiled.exports, require);
  compiled.exports.keepHeapSmall();`;

function mostOfHeap(script: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return Number(stdout);
}

it('a heap that is kept small is collected long before one that V8 lets grow', () => {
  const usual = mostOfHeap(LEAVES_GARBAGE);
  const small = mostOfHeap(KEEP_SMALL + LEAVES_GARBAGE);
  expect(small).toBeGreaterThan(0);
  expect(small).toBeLessThan(usual * 0.8);
});
