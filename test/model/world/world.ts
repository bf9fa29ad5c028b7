/** One history's world: callers, two workers, a database, receivers, and what stands in for Temporal and for time. */
import type { Scheduler } from 'fast-check';
import { randomBytes } from 'node:crypto';
import type { Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createSealer } from '../../../src/platform/encryption';
import { newSigningKey } from '../../../src/platform/signing-key';
import type { ActivityTask } from '../temporal/activity-task';
import { TemporalServer } from '../temporal/server';
import { Clock } from './clock';
import { Life } from './life';
import { Network } from './network';
import { SHOP, type Keeper } from './schema';
import { isTrouble, listening } from './silent';
import { Steps } from './steps';
import type { StepwiseDatabase } from './stepwise-database';
import { Worker } from './worker';

/** What histories share, one after the other. */
export interface Machine {
  readonly keeper: Keeper;
  readonly ofCallers: StepwiseDatabase;
  /** Its statements are no steps. */
  readonly reader: Database;
  /** One for each worker. */
  readonly ofWorkers: readonly StepwiseDatabase[];
}

export const UPDATE_TYPES = ['effective-permission', 'consent-receipts'] as const;

/** Longer than every lease and every limit after which something is looked for. */
const NOTHING_DUE_MS = 420_000;

const sealer = createSealer([randomBytes(32)]);
const signingSecretSealed = sealer.seal(newSigningKey('hmac'), 'signing-secret');

export class World {
  readonly sealer = sealer;
  readonly steps: Steps;
  readonly clock: Clock;
  readonly network: Network;
  readonly server: TemporalServer;
  readonly callers = new Life('caller');
  /** Of each update type one. */
  readonly subscriptions = UPDATE_TYPES.map((updateType) => ({ id: newId(), updateType }));
  /** Mistakes of the product that were thrown. */
  readonly thrown: unknown[] = [];
  /** Somebody was kept from telling what they had to. */
  troubled = false;
  /** The citizens' numbers when each resync was asked for: it sends at least those, unless a delivery is cancelled. */
  readonly resyncs: ReadonlyMap<string, number>[] = [];
  /** No change was skipped by a pause, and no delivery cancelled. */
  nothingLeftOut = true;
  /** Keys that a filter of each subscription has ever left out; of one without there is none. */
  private readonly hidden = new Map<string, Set<string>>();
  private readonly workers: Worker[] = [];
  private turns = 0;
  private dispatchIsDue = false;

  private constructor(
    private readonly machine: Machine,
    scheduler: Scheduler,
  ) {
    const { keeper } = machine;
    this.steps = new Steps(scheduler, () => keeper.countLocked());
    this.clock = new Clock((ms) => keeper.pass(ms, 'service'));
    this.network = new Network(this.steps, this.clock);
    this.server = new TemporalServer(this.clock, (task) => void this.offer(task));
    machine.ofCallers.handTo({ life: this.callers, steps: this.steps });
    machine.ofWorkers.forEach((_, index) => this.startWorker(index));
  }

  static async create(machine: Machine, scheduler: Scheduler): Promise<World> {
    await machine.keeper.empty();
    const world = new World(machine, scheduler);
    for (const { id, updateType } of world.subscriptions) {
      await machine.keeper.query(
        `INSERT INTO "Subscription" ("id", "applicationId", "name", "url", "updateType", "status", "authType",
           "signingSecretSealed", "updatedAt") VALUES ($1, $2, 'CRM', 'http://receiver.test', $3, 'active', 'none', $4, now())`,
        [id, SHOP, updateType, signingSecretSealed],
      );
    }
    return world;
  }

  get db(): StepwiseDatabase['db'] {
    return this.machine.ofCallers.db;
  }

  get reader(): Database {
    return this.machine.reader;
  }

  get keeper(): Keeper {
    return this.machine.keeper;
  }

  /** Lets something begin; it goes on step by step. What is thrown is a mistake, unless it is expected. */
  begin(work: () => Promise<unknown>, expected: (error: unknown) => boolean = () => false): void {
    work().catch((error: unknown) => {
      if (!expected(error) && !isTrouble(error)) this.thrown.push(error);
    });
  }

  /** A commit has left something in the outbox. */
  readonly outboxChanged = (): void => {
    if (this.dispatchIsDue) return;
    this.dispatchIsDue = true;
    this.begin(async () => {
      await this.steps.turn(this.network.line, 'the dispatchers are notified');
      this.dispatchIsDue = false;
      await this.nextWorker().dispatch();
    });
  };

  nextWorker(): Worker {
    return this.workers[(this.turns += 1) % this.workers.length] as Worker;
  }

  /** A worker dies, and another process takes its place. */
  kill(index: number): void {
    this.troubled = true;
    this.workers[index]?.life.end();
    this.startWorker(index);
  }

  /** Temporal loses everything, as with its disk. */
  forget(): void {
    this.troubled = true;
    this.server.forget();
  }

  /** Temporal takes a signal, and nothing comes of it. */
  loseSignal(): void {
    this.troubled = true;
    this.server.loseSignal();
  }

  /** A statement of a worker is done, and the worker does not learn of it. */
  loseAnswer(worker: number): void {
    this.troubled = true;
    this.machine.ofWorkers[worker]?.loseAnswer();
  }

  /** A subscription is given a filter, which leaves some options out. */
  hide(subscriptionId: string, options: readonly string[]): void {
    const before = this.hidden.get(subscriptionId) ?? [];
    this.hidden.set(subscriptionId, new Set([...before, ...options.map((option) => `option:${option}`)]));
  }

  /** Keys that a subscription may not have been told of for its filters; undefined: it has never had one. */
  hiddenFrom(subscriptionId: string): ReadonlySet<string> | undefined {
    return this.hidden.get(subscriptionId);
  }

  /** Has time pass until the next timer rings, unless somebody holds a transaction open. */
  async advance(): Promise<void> {
    if (await this.canPass()) await this.clock.advance(NOTHING_DUE_MS);
  }

  /** Has validities end. */
  async age(ms: number): Promise<void> {
    if (await this.canPass()) await this.keeper.pass(ms, 'consent');
  }

  private async canPass(): Promise<boolean> {
    const { ofCallers, ofWorkers } = this.machine;
    await this.steps.settled();
    return [ofCallers, ...ofWorkers].every(({ transactions }) => transactions === 0);
  }

  /** Nothing of it goes on. */
  async end(): Promise<void> {
    this.server.forget();
    this.callers.end();
    for (const { life } of this.workers) life.end();
    await this.steps.settled();
    for (const database of [this.machine.ofCallers, ...this.machine.ofWorkers]) database.handTo(undefined);
  }

  private startWorker(index: number): void {
    const { sealer: own, server, steps, network, outboxChanged } = this;
    const database = this.machine.ofWorkers[index];
    if (!database) throw new Error('no such worker');
    const life = new Life(`worker ${index + 1}`);
    database.handTo({ life, steps });
    const logger = listening((mistake) => this.thrown.push(mistake));
    this.workers[index] = new Worker(life, {
      logger,
      db: database.db,
      sealer: own,
      server,
      steps,
      network,
      outboxChanged,
    });
  }

  private async offer(task: ActivityTask): Promise<void> {
    await this.steps.turn(this.network.line, `${task.name} is due`);
    if (task.wanted) await this.nextWorker().perform(task);
  }
}
