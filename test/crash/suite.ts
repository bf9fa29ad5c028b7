/**
 * The crash suite: under steady load, and while an operator pauses, resends and resyncs, a part is killed, frozen, or deprived of
 * its disk or its clock at a random moment; then it is mended, and the receiver counts.
 *
 * All on loopback, bounded in rounds and time, and it touches only what it started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startReceiver } from '../../tools/receiver/receiver';
import { Audit, type RoundReport } from './audit';
import { Clock } from './clock';
import { Disk } from './disk';
import { FAULTS, type Fault } from './faults';
import { ReceiverModels } from './models';
import { prepareApplication, produce, type Accepted, type Target } from './load';
import { operate, type Resent } from './operator';
import { Parts } from './parts';
import { Random } from './random';

export interface CrashOptions {
  readonly rounds: number;
  /** The same seed plays the same faults at the same moments. */
  readonly seed: number;
  /** Load of a round, in seconds; the fault begins within it. */
  readonly loadSeconds?: number;
  readonly onReport?: (report: RoundReport) => void;
  /** Told of faults that this machine does not allow, and why. */
  readonly onSkipped?: (fault: string, why: string) => void;
}

const PRODUCERS = 5;
/** A round that has not caught up by then has lost what is missing. Far above what recovery takes, far below the hour. */
const CATCH_UP_LIMIT_MS = 120_000;

/** Runs the rounds and returns their reports. */
export async function runCrashSuite(options: CrashOptions): Promise<RoundReport[]> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-crash-'));
  const random = new Random(options.seed);
  const audit = new Audit();
  const models = new ReceiverModels();
  const receiver = await startReceiver({
    port: 0,
    onReceived(received) {
      audit.note(received);
      models.note(received);
    },
  });
  receiver.behave(() => ({ kind: 'answer', status: 200, delayMs: random.between(0, 60) }));
  const parts = await Parts.start(dataDir);
  try {
    const target = { apiUrl: parts.apiUrl, apiKey: parts.apiKey };
    const subscriptionIds = await prepareApplication(target, receiver.url);
    const faults = possibleFaults(dataDir, options);
    const reports: RoundReport[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      // Every fault has its turn; the moments are random.
      const fault = faults[(round - 1) % faults.length];
      if (!fault) break;
      const environment = { parts, target, audit, models, random, subscriptionIds };
      const report = await playRound(environment, round, fault, options.loadSeconds ?? 6);
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

/** Those that this machine allows. */
function possibleFaults(dataDir: string, { onSkipped }: CrashOptions): readonly Fault[] {
  const [disk, clock] = [Disk.impossible(dataDir), Clock.impossible()];
  return FAULTS.filter(({ name, needs }) => {
    const why = needs && { disk, clock }[needs];
    if (why !== undefined) onSkipped?.(name, why);
    return why === undefined;
  });
}

interface Environment {
  readonly parts: Parts;
  readonly target: Target;
  readonly audit: Audit;
  readonly models: ReceiverModels;
  readonly random: Random;
  readonly subscriptionIds: readonly [string, ...string[]];
}

async function playRound(
  environment: Environment,
  round: number,
  fault: Fault,
  loadSeconds: number,
): Promise<RoundReport> {
  const { parts, target, audit, models, random, subscriptionIds } = environment;
  const accepted: Accepted = new Set();
  const resent: Resent = new Map();
  const beginsAt = random.between(0.5, loadSeconds - 1) * 1_000;
  const lasts = random.between(...fault.lastsMs);
  let ended = false;
  const load = Promise.all([
    produce(target, accepted, random, PRODUCERS, () => ended),
    operate(target, subscriptionIds, accepted, resent, random, () => ended),
  ]);
  await pause(beginsAt);
  await fault.begin(parts, round);
  await pause(lasts);
  await fault.end(parts, round);
  const mendedAt = Date.now();
  await pause(Math.max(0, loadSeconds * 1_000 - beginsAt - lasts));
  ended = true;
  await load;
  const deadline = Date.now() + CATCH_UP_LIMIT_MS;
  while ((await audit.missing(accepted, parts.databaseUrl)).length > 0 && Date.now() < deadline)
    await pause(100);
  const secondsUntilCaughtUp = Math.round((Date.now() - mendedAt) / 100) / 10;
  await pause(1_000); // a duplicate on its way arrives, too
  const counted = await audit.close(accepted, resent, parts.databaseUrl);
  const wrongs = await models.wrongs(target, parts.databaseUrl);
  return { round, fault: fault.name, ...counted, wrongs, secondsUntilCaughtUp };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
