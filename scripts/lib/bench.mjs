/** `npm run bench`: measures the service that runs here, or else one of its own that it starts and stops. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FriendlyError } from './error.mjs';
import { freePort } from './free-port.mjs';
import { inRoot, root } from './paths.mjs';
import { createPrinter } from './print.mjs';
import { runService } from './service.mjs';
import { findTemporalCli } from './tools.mjs';

const START_LIMIT_MS = 60_000;
const PROGRAM = 'dist/bench/main.js';

/** Runs the benchmark; the arguments go to it. */
export async function runBench(args) {
  const { CPM_HOST = '127.0.0.1', CPM_PORT = '3000' } = process.env;
  if (await answers(`http://${CPM_HOST}:${CPM_PORT}`)) return runService(PROGRAM, args, {});
  const print = createPrinter();
  print(`nothing answers at ${CPM_HOST}:${CPM_PORT}: measuring a service of its own`);
  const stack = await startStack(await findTemporalCli(print));
  try {
    return await runService(PROGRAM, args, stack.env);
  } finally {
    await stack.stop();
  }
}

/** The whole service, embedded, with a data directory and ports of its own. */
async function startStack(temporalCli) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-bench-'));
  const settings = {
    CPM_HOST: '127.0.0.1',
    CPM_PORT: String(await freePort()),
    CPM_TEMPORAL_PORT: String(await freePort()),
    CPM_TEMPORAL_UI_PORT: String(await freePort()),
    CPM_DATA_DIR: dataDir,
    CPM_API_KEY: randomBytes(24).toString('base64url'),
    CPM_ALLOW_PRIVATE_TARGETS: 'true',
    CPM_LOG_LEVEL: 'warn',
    // Nobody's data is written to.
    DATABASE_URL: '',
    TEMPORAL_ADDRESS: '',
    TEMPORAL_CLI_PATH: temporalCli,
  };
  // The channel lets it notice, and stop in order, when this process is killed.
  const child = spawn(process.execPath, [inRoot('dist/src/bin/all-in-one.js')], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(`http://127.0.0.1:${settings.CPM_PORT}`))) {
    if (Date.now() < deadline && child.exitCode === null) await sleep(100);
    else {
      await stop();
      throw new FriendlyError('the service to measure did not start');
    }
  }
  return { env: settings, stop };
}

async function answers(url) {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
