/** A short form of `npm run test:model`: histories of one seed, and as many of another. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const FIXED_SEED = 20_261;
/** A machine that is slower makes fewer of them. */
const [HISTORIES, SECONDS] = [60, 12];

it('no history of callers and faults ends wrong, of a fixed seed and of a new one', () => {
  const newSeed = Date.now() % 1e6;
  const wanted = { runs: HISTORIES, seconds: SECONDS, commands: 10, lanes: 4, processes: 1 };
  const options = Object.entries(wanted).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const seeds = [FIXED_SEED, newSeed].flatMap((seed) => ['--seed', `${seed}`]);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/model.mjs', ...options, ...seeds],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect({ status, told: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, told: '' });
  expect(stdout).toMatch(/^[1-9]\d* histories/m);
});
