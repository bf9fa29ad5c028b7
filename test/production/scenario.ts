/** What the scenarios have in common: a receiver that counts, an application, load. */
import { startReceiver, type Receiver } from '../../tools/receiver/receiver';
import { Audit, type RoundReport } from '../crash/audit';
import { prepareApplication, produce, type Accepted } from '../crash/load';
import { ReceiverModels } from '../crash/models';
import { Random } from '../crash/random';
import type { Checks } from './checks';
import { eventually, mustBe } from './checks';
import type { Installation, InstallationOptions } from './installation';

/** Prepares the installation of a scenario: nothing of it is started yet. */
export type Prepare = (more?: Partial<InstallationOptions>) => Promise<Installation>;

/**
 * Plays a scenario to its end, and stops all that it started.
 * @param directory of the whole test: all that a scenario starts has to run in it, and nothing is left of it at the end
 */
export type Scenario = (prepare: Prepare, checks: Checks, directory: string) => Promise<void>;

const PRODUCERS = 3;

/** Runs a scenario's work on a prepared installation, which is stopped whatever happens. */
export async function on(installation: Installation, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await installation.stop();
  }
}

/** Changes that are recorded all the time, by every API, and a receiver that tells what has become of them. */
export class Traffic {
  readonly accepted: Accepted = new Set();
  private readonly random = new Random(1);

  private constructor(
    private readonly installation: Installation,
    readonly receiver: Receiver,
    private readonly audit: Audit,
    private readonly models: ReceiverModels,
  ) {}

  static async start(installation: Installation): Promise<Traffic> {
    const [audit, models] = [new Audit(), new ReceiverModels()];
    const receiver = await startReceiver({
      port: 0,
      onReceived(received) {
        if (received.answered !== 200) return;
        audit.note(received);
        models.note(received);
      },
    });
    await prepareApplication(installation.target, receiver.url);
    return new Traffic(installation, receiver, audit, models);
  }

  /** Records changes by all APIs while the work lasts. */
  async during(work: () => Promise<unknown>): Promise<void> {
    let over = false;
    const load = this.installation.targets.map((target) =>
      produce(target, this.accepted, this.random, PRODUCERS, () => over),
    );
    try {
      await work();
    } finally {
      over = true;
      await Promise.all(load);
    }
  }

  /** Records changes for so many seconds. */
  forSeconds(seconds: number): Promise<void> {
    return this.during(() => pause(seconds * 1_000));
  }

  /** Awaits that nothing is missing. */
  async untilDelivered(limitMs = 120_000): Promise<void> {
    const { postgres } = this.installation;
    await eventually(async () => {
      const missing = await this.audit.missing(this.accepted, postgres.url('cpm'));
      if (missing.length > 0) throw new Error(`${missing.length} of ${this.accepted.size} have not arrived`);
    }, limitMs);
  }

  /** What has arrived since the last call; nothing may be lost, out of order, repeated without a cause, or leave a receiver wrong. */
  async mustBeRight(): Promise<RoundReport['duplicates']> {
    await this.untilDelivered();
    await pause(1_000); // a duplicate on its way arrives, too
    const databaseUrl = this.installation.postgres.url('cpm');
    const report = await this.audit.close(this.accepted, new Map(), databaseUrl);
    mustBe('lost', report.lostOnes, []);
    mustBe('out of order', report.outOfOrder, 0);
    mustBe('repeated without a cause', report.unexplained, 0);
    mustBe('wrong states', await this.models.wrongs(this.installation.target, databaseUrl), []);
    this.accepted.clear();
    return report.duplicates;
  }

  /** What has arrived until now is right, as has been seen otherwise: only what arrives from now on counts. */
  async countAnew(): Promise<void> {
    await this.audit.close(new Set(), new Map(), this.installation.postgres.url('cpm'));
    this.accepted.clear();
  }

  /** From now on the receiver fails, or works again. */
  receiverWorks(works: boolean): void {
    this.receiver.behave({ kind: 'answer', status: works ? 200 : 503 });
  }

  close(): Promise<void> {
    return this.receiver.close();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
