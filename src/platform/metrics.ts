/** What Prometheus scrapes of one process. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { statesOf, type Checks } from './dependencies';

/** Gauges whose names Prometheus keeps for counters; the same without `_total` tell more. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

/** The metrics of a process; its parts add theirs to the registry. */
export class ProcessMetrics {
  readonly registry = new Registry();
  private readonly looks: (() => Promise<void>)[] = [];
  private readonly others: (() => Promise<string>)[] = [];
  private readonly pools = new Map<Part, Connections>();
  private readonly checks = new Map<Part, Checks>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
    this.describePools();
    this.describeDependencies();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Has figures read afresh for each scrape; while that fails the rest is served. */
  beforeEach(look: () => Promise<void>): void {
    this.looks.push(look);
  }

  /** Adds what another library writes in Prometheus' format; while that fails the rest is served. */
  append(render: () => Promise<string>): void {
    this.others.push(render);
  }

  /** Shows a pool of connections to the database. @param part of the product whose it is */
  showPool(part: Part, pool: Connections): void {
    this.pools.set(part, pool);
  }

  /** Shows what a part of the product reaches, asked for each scrape. */
  showDependencies(part: Part, checks: Checks): void {
    this.checks.set(part, checks);
  }

  /** All of it in Prometheus' text format. */
  async render(): Promise<string> {
    await Promise.all(this.looks.map((look) => look().catch(() => undefined)));
    const others = this.others.map((render) => render().catch(() => ''));
    return (await Promise.all([this.registry.metrics(), ...others])).join('\n');
  }

  private describePools(): void {
    const { pools } = this;
    new Gauge({
      name: 'cpm_database_connections',
      help: 'Connections to the database, by part and use; waiting: callers who wait for one',
      labelNames: ['part', 'state'] as const,
      registers: [this.registry],
      collect() {
        for (const [part, { totalCount, idleCount, waitingCount }] of pools) {
          this.set({ part, state: 'used' }, totalCount - idleCount);
          this.set({ part, state: 'idle' }, idleCount);
          this.set({ part, state: 'waiting' }, waitingCount);
        }
      },
    });
  }

  private describeDependencies(): void {
    const { checks } = this;
    new Gauge({
      name: 'cpm_dependency_up',
      help: 'Whether the database and Temporal answer this process within two seconds: 1 or 0',
      labelNames: ['part', 'dependency'] as const,
      registers: [this.registry],
      async collect() {
        const states = await Promise.all(
          [...checks].map(async ([part, each]) => [part, await statesOf(each)] as const),
        );
        for (const [part, each] of states)
          for (const [dependency, state] of Object.entries(each))
            this.set({ part, dependency }, state === 'up' ? 1 : 0);
      },
    });
  }
}

/** The parts of the product that may share a process. */
type Part = 'api' | 'worker';

/** What is told of a pool. */
interface Connections {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}
