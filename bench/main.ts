/** `npm run bench`: measures a running service (`npm start`); prints a table and writes `bench/results/latest.json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Target } from './client';
import { fairness, throughput, type Result } from './scenarios';

async function main(): Promise<void> {
  const target = findTarget();
  await throughput(target, 50, 4); // warm-up
  const results: Result[] = [
    await throughput(target, 200, 1),
    await throughput(target, 1_000, 16),
    await fairness(target, 200),
  ];
  console.table(results.map(rounded));
  const directory = path.resolve('bench/results');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    path.join(directory, 'latest.json'),
    `${JSON.stringify({ at: new Date(), results }, null, 2)}\n`,
  );
}

function findTarget(): Target {
  const { CPM_PORT = '3000', CPM_HOST = '127.0.0.1', CPM_DATA_DIR = '.data', CPM_API_KEY } = process.env;
  const apiKey = CPM_API_KEY ?? readFileSync(path.join(CPM_DATA_DIR, 'api.key'), 'utf8').trim();
  return { url: `http://${CPM_HOST}:${CPM_PORT}`, apiKey };
}

function rounded(result: Result): Record<string, string | number> {
  const cells = Object.entries(result) as [string, string | number][];
  return Object.fromEntries(
    cells.map(([name, cell]) => [name, typeof cell === 'number' ? Math.round(cell) : cell]),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
