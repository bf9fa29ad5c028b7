/** One history: what callers and faults do, and what must hold on the way and in the end. */
import { SWEEP_TASKS, type SweepTask } from '../world/worker';
import type { World } from '../world/world';
import { Callers } from './callers';
import { findWrongs } from './findings';

/** A history that takes more steps does not end. */
const MOST_STEPS = 6_000;
/** Rounds of sweeps and passing time after which whatever is unfinished is so for good. */
const MOST_ROUNDS = 40;

export class History {
  readonly callers: Callers;
  private taken = 0;

  constructor(readonly world: World) {
    this.callers = new Callers(world);
  }

  /** Takes so many steps, or fewer where nothing is left to do. */
  async go(steps: number): Promise<void> {
    for (let i = 0; i < steps; i += 1) if (!(await this.step())) return;
  }

  sweep(task: SweepTask): void {
    const { sweep } = this.world.nextWorker();
    this.world.begin(async () => {
      await sweep[task]();
      this.world.outboxChanged();
    });
  }

  /** Ends all troubles, lets everything come to its end, and checks what there is then. */
  async finish(): Promise<void> {
    const { world, callers } = this;
    world.network.mood = 'takes';
    while (await this.step());
    for (const place of await this.paused()) callers.setStatus(place, 'active');
    await this.untilNothingIsLeft();
    const { wrongs, behind } = await findWrongs(world);
    this.check(wrongs);
    if (behind === 0) return;
    // Whom its digests pass over holds what is in effect.
    await callers.resync({ onlyDifferent: true });
    await this.untilNothingIsLeft();
    const after = await findWrongs(world, { isResynced: true });
    this.check(after.behind > 0 ? [...after.wrongs, 'a resync has left somebody out'] : after.wrongs);
  }

  private async paused(): Promise<number[]> {
    const { subscriptions, keeper } = this.world;
    const rows = await keeper.query<{ id: string }>(
      `SELECT "id" FROM "Subscription" WHERE "status" = 'paused'`,
    );
    return rows.map(({ id }) => subscriptions.findIndex((subscription) => subscription.id === id));
  }

  private async step(): Promise<boolean> {
    if ((this.taken += 1) > MOST_STEPS) throw new Error('the history does not end');
    const taken = await this.world.steps.take();
    this.check([]);
    return taken;
  }

  private async untilNothingIsLeft(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      while (await this.step());
      if (await this.nothingIsLeft()) return;
      this.world.outboxChanged();
      if (round > 1) for (const task of SWEEP_TASKS) this.sweep(task);
      while (await this.step());
      await this.world.advance();
    }
    const stuck = await this.world.keeper.query(`
      SELECT "status", "outboxAction", "sequence", "updateType" FROM "Delivery"
      WHERE "status" NOT IN ('delivered', 'cancelled', 'expired')`);
    throw new Error(`nothing goes on with ${JSON.stringify(stuck)}`);
  }

  private async nothingIsLeft(): Promise<boolean> {
    const [row] = await this.world.keeper.query<{ left: number }>(`
      SELECT (SELECT count(*)::int FROM "Delivery"
              WHERE "status" NOT IN ('delivered', 'cancelled', 'expired') OR "outboxAction" IS NOT NULL)
           + (SELECT count(*)::int FROM "Resync" WHERE "status" = 'running')
           + (SELECT count(*)::int FROM "Citizen" WHERE "nextTransitionAt" <= now()) AS "left"`);
    return row?.left === 0;
  }

  private check(wrongs: readonly string[]): void {
    const { network, thrown, server } = this.world;
    const [mistake] = [...thrown, ...server.failed.map(({ failure }) => failure)];
    if (mistake !== undefined) throw mistake as Error;
    const [wrong] = [...network.violations, ...wrongs];
    if (wrong !== undefined) throw new Error(wrong);
  }
}
