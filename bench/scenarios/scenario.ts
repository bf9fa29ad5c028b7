/** What the scenarios have in common. */
import type { Api } from '../load/api';
import type { Receivers } from '../receiver/receivers';
import type { Service } from '../service/service';
import type { Sizes } from '../sizes';

/** What a scenario measured, by a name that says the unit. */
export type Figures = Readonly<Record<string, number>>;

/** What a scenario runs on: a service that nothing else uses, warmed up. */
export interface Bench {
  readonly service: Service;
  readonly api: Api;
  readonly receivers: Receivers;
  readonly sizes: Sizes;
  /** Deliveries a second that the scenario `throughput` reached in this run; NaN where it was not run. */
  readonly sustained: number;
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal;
}

export interface Scenario {
  readonly name: string;
  /** One line for the table. */
  readonly title: string;
  /** The name of a scenario that has to run before, because its figures are compared with that one's. */
  readonly needs?: string;
  run(bench: Bench): Promise<Figures>;
}
