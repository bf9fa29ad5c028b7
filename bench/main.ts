/** `npm run bench`: measures a service over REST; prints a table and writes `bench/results/latest.json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import type { Target } from './client';
import { drain } from './scenarios/drain';
import { fairness } from './scenarios/fairness';
import { throughput } from './scenarios/throughput';
import type { Result } from './result';

async function main(): Promise<void> {
  const target = findTarget();
  const steady = { changes: 100, callers: 1, pauseMs: 200 };
  await throughput(target, { changes: 50, callers: 4 }); // warm-up
  const results = [
    await throughput(target, steady),
    await fairness(target, steady),
    await throughput(target, { changes: 200, callers: 1 }),
    await throughput(target, { changes: 1_000, callers: 16 }),
    await drain(target, 300),
  ];
  console.table(results.map(rounded));
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: cpus().length,
  };
  const file = path.resolve('bench/results/latest.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at: new Date(), machine, results }, null, 2)}\n`);
}

/** The service that runs here: `npm start` keeps its first API key beside its other generated secrets. */
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
