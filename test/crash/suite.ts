/**
 * The crash suite: under steady load, kill -9 a part at a random moment, start it again, and count at the receiver.
 *
 * All on loopback, bounded in rounds and time, and it kills only what it started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startReceiver } from '../../tools/receiver/receiver';
import { Audit, type RoundReport } from './audit';
import { APPLICATION, call, produce, type Accepted, type Target } from './load';
import { Parts, VICTIMS, type Victim } from './parts';
import { Random } from './random';

export interface CrashOptions {
  readonly rounds: number;
  /** The same seed plays the same kills at the same moments. */
  readonly seed: number;
  /** Load of a round, in seconds; the kill happens within it. */
  readonly loadSeconds?: number;
  readonly onReport?: (report: RoundReport) => void;
}

const PRODUCERS = 5;
/** A round that has not caught up by then has lost what is missing. Far above what recovery takes, far below the hour. */
const CATCH_UP_LIMIT_MS = 120_000;

/** Runs the rounds and returns their reports. */
export async function runCrashSuite(options: CrashOptions): Promise<RoundReport[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-crash-'));
  const random = new Random(options.seed);
  const audit = new Audit();
  const receiver = await startReceiver({ port: 0, onReceived: (received) => audit.note(received) });
  receiver.behave(() => ({ kind: 'answer', status: 200, delayMs: random.between(0, 60) }));
  const parts = await Parts.start(dataDir);
  try {
    const target = { apiUrl: parts.apiUrl, apiKey: parts.apiKey };
    await prepare(target, receiver.url);
    const reports: RoundReport[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      // Every victim has its turn; the moments are random.
      const victim = VICTIMS[(round - 1) % VICTIMS.length] ?? 'everything';
      const report = await playRound(
        { parts, target, audit, random },
        round,
        victim,
        options.loadSeconds ?? 6,
      );
      reports.push(report);
      options.onReport?.(report);
    }
    return reports;
  } finally {
    await parts.stop();
    await receiver.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Environment {
  readonly parts: Parts;
  readonly target: Target;
  readonly audit: Audit;
  readonly random: Random;
}

async function playRound(
  environment: Environment,
  round: number,
  victim: Victim,
  loadSeconds: number,
): Promise<RoundReport> {
  const { parts, target, audit, random } = environment;
  const accepted: Accepted = new Set();
  const killAt = random.between(0.5, loadSeconds - 1) * 1_000;
  const awayFor = random.between(0, 2_000);
  let ended = false;
  const load = produce(target, accepted, random, PRODUCERS, () => ended);
  await pause(killAt);
  await parts.kill(victim, round);
  await pause(awayFor);
  await parts.restart(victim, round);
  const restartedAt = Date.now();
  await pause(Math.max(0, loadSeconds * 1_000 - killAt - awayFor));
  ended = true;
  await load;
  const deadline = Date.now() + CATCH_UP_LIMIT_MS;
  while (audit.missing(accepted).length > 0 && Date.now() < deadline) await pause(50);
  const secondsUntilCaughtUp = Math.round((Date.now() - restartedAt) / 100) / 10;
  await pause(1_000); // a duplicate on its way arrives, too
  return { round, victim, ...(await audit.close(accepted, parts.databaseUrl)), secondsUntilCaughtUp };
}

async function prepare(target: Target, receiverUrl: string): Promise<void> {
  const must = async (method: string, route: string, body: unknown): Promise<void> => {
    const answer = await call(target, method, route, body);
    if (!answer || answer.status >= 300) throw new Error(`${method} ${route}: ${JSON.stringify(answer)}`);
  };
  await must('PUT', `/applications/${APPLICATION}`, { name: 'Crash' });
  for (const option of ['a', 'b', 'c']) {
    await must('PUT', `/applications/${APPLICATION}/options/${option}`, { name: option });
  }
  for (const updateType of ['effective-permission', 'consent-receipts']) {
    const url = `${receiverUrl}/${updateType}`;
    await must('POST', '/subscriptions', { applicationId: APPLICATION, name: updateType, url, updateType });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
