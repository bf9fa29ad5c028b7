/** `npm run bench`: measures a service of its own; prints a table and writes `bench/results/latest.json`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeMachine } from './machine';
import { readOptions, USAGE, UsageError } from './options';
import { formatProfile, readProfiles } from './profile';
import { formatTable } from './report';
import { runScenarios } from './run';

const RESULTS = path.resolve('bench/results');
const PROFILES = path.join(RESULTS, 'profiles');

/** Aborted at the first request to stop; further ones change nothing, so that what was started is stopped in order. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('stopped'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  // The task runner that started this is gone.
  process.on('disconnect', stop);
  return controller.signal;
}

const signal = stopSignal();

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.profile) rmSync(PROFILES, { recursive: true, force: true });
  const { servers, results } = await runScenarios({
    ...options,
    signal,
    profileTo: options.profile ? PROFILES : undefined,
    onProgress: (line) => console.error(line),
  });
  const machine = describeMachine(servers);
  console.log(`\n${formatTable(machine, results)}`);
  if (options.profile) printProfiles();
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, 'latest.json');
  writeFileSync(file, `${JSON.stringify({ at: new Date(), machine, results }, null, 2)}\n`);
}

/** Of each part the two threads with most to do: the main one, and of the worker the one that workflows run in. */
function printProfiles(): void {
  for (const part of ['api', 'worker']) {
    for (const [n, profile] of readProfiles(path.join(PROFILES, part)).slice(0, 2).entries()) {
      console.log(`\n${formatProfile(`${part}, thread ${n + 1}`, profile)}`);
    }
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // What fails after a request to stop fails because of it.
    const message = signal.aborted ? 'stopped' : error instanceof Error ? error.message : String(error);
    console.error(error instanceof UsageError ? `${message}\n\n${USAGE}` : message);
    process.exit(1);
  },
);
