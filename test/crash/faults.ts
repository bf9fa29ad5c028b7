/** What happens to the parts under load, and how each is mended. */
import type { Parts } from './parts';

/** A fault of one round. */
export interface Fault {
  readonly name: string;
  /** From its beginning to its end, milliseconds: from, to. */
  readonly lastsMs: readonly [number, number];
  /** What not every machine allows. */
  readonly needs?: 'disk' | 'clock';
  begin(parts: Parts, round: number): Promise<void> | void;
  end(parts: Parts, round: number): Promise<void> | void;
}

/** What can be killed. */
export const VICTIMS = ['api', 'worker', 'temporal', 'postgres', 'everything'] as const;
export type Victim = (typeof VICTIMS)[number];

/** As long as what took a part's place needs to notice, and longer than a request may last. */
const FREEZE_MS = [2_000, 22_000] as const;
const STEP_SECONDS = 3_600;

const kill = (victim: Victim, lastsMs: Fault['lastsMs'] = [0, 2_000], name: string = victim): Fault => ({
  ...{ name, lastsMs },
  begin: (parts, round) => parts.kill(victim, round),
  end: (parts, round) => parts.restart(victim, round),
});

const freeze = (part: 'api' | 'worker'): Fault => ({
  ...{ name: `${part} frozen`, lastsMs: FREEZE_MS },
  begin: (parts, round) => parts.signal(part, round, 'SIGSTOP'),
  end: (parts, round) => parts.signal(part, round, 'SIGCONT'),
});

const fullDisk = (store: 'postgres' | 'temporal'): Fault => ({
  ...{ name: `${store} disk full`, lastsMs: [1_000, 4_000], needs: 'disk' },
  begin: (parts) => parts.disks[store].fill(),
  async end(parts) {
    parts.disks[store].clear();
    await parts.restartIfEnded(store);
  },
});

const clockStep = (seconds: number): Fault => ({
  ...{ name: `clock ${seconds > 0 ? 'ahead' : 'back'}`, lastsMs: [2_000, 5_000], needs: 'clock' },
  begin: (parts) => parts.clock.step(seconds),
  end: (parts) => parts.clock.step(0),
});

/** Every fault, in the order of the rounds. */
export const FAULTS: readonly Fault[] = [
  ...VICTIMS.map((victim) => kill(victim)),
  freeze('worker'),
  freeze('api'),
  kill('postgres', [3_000, 8_000], 'fail-over'),
  clockStep(STEP_SECONDS),
  clockStep(-STEP_SECONDS),
  fullDisk('postgres'),
  fullDisk('temporal'),
];
