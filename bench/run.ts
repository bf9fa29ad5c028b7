/** Runs the scenarios, round by round, each on a service of its own. */
import { Api } from './load/api';
import { Application } from './load/application';
import { runCallers } from './load/callers';
import { median } from './measure/numbers';
import type { Options } from './options';
import { Receivers } from './receiver/receivers';
import type { Bench, Figures, Scenario } from './scenarios/scenario';
import { DELIVERED, throughput } from './scenarios/throughput';
import { Service } from './service/service';
import { readVersions, type ServerVersions } from './service/versions';

const WARM_UP_CALLERS = 8;
const WARM_UP_SECONDS = 60;

/** What a scenario gave in each round. */
export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly rounds: readonly Figures[];
  readonly median: Figures;
}

/** All results, and the servers that they were measured on. */
export interface Outcome {
  readonly servers: ServerVersions;
  readonly results: readonly Result[];
}

/** What a run needs beside its options. */
export interface Run extends Options {
  /** Aborted when the run is to end; everything that was started is stopped then. */
  readonly signal: AbortSignal;
  /** A directory for CPU profiles. */
  readonly profileTo: string | undefined;
  onProgress(line: string): void;
}

/** @throws Error where a scenario did not come to its end. */
export async function runScenarios(run: Run): Promise<Outcome> {
  let servers: ServerVersions = { postgres: 'unknown', temporal: 'unknown' };
  const rounds = new Map<Scenario, Figures[]>(run.scenarios.map((scenario) => [scenario, []]));
  const receivers = Receivers.start();
  try {
    for (let round = 1; round <= run.rounds; round++) {
      let sustained = NaN;
      for (const scenario of run.scenarios) {
        run.onProgress(`round ${round} of ${run.rounds}: ${scenario.name}`);
        const once = await runOnce(scenario, run, receivers, sustained);
        rounds.get(scenario)?.push(once.figures);
        if (scenario === throughput) sustained = once.figures[DELIVERED] ?? NaN;
        servers = once.servers;
      }
    }
  } finally {
    await receivers.stop();
  }
  const results = run.scenarios.map((scenario) => resultOf(scenario, rounds.get(scenario) ?? []));
  return { servers, results };
}

/** In a service that begins empty, so that no scenario pays for what another has left. */
async function runOnce(
  scenario: Scenario,
  { sizes, signal, profileTo }: Run,
  receivers: Receivers,
  sustained: number,
): Promise<{ readonly figures: Figures; readonly servers: ServerVersions }> {
  const service = await Service.start({ signal, profileTo });
  const api = new Api(service);
  try {
    const bench = { service, api, receivers, sizes, sustained, signal };
    await warmUp(bench);
    const figures = await scenario.run(bench);
    return { figures, servers: await readVersions(service.counter, service.temporalAddress) };
  } finally {
    await api.close();
    await service.stop();
  }
}

async function warmUp({ api, receivers, sizes, signal }: Bench): Promise<void> {
  const application = await Application.create(api, await receivers.open(1));
  const load = { callers: WARM_UP_CALLERS, requests: sizes.warmUp, seconds: WARM_UP_SECONDS };
  await runCallers(load, signal, (n) => application.record(`citizen-${n}`));
  await application.arrive(sizes.catchUpSeconds, signal);
}

function resultOf({ name, title }: Scenario, rounds: readonly Figures[]): Result {
  const names = Object.keys(rounds[0] ?? {});
  const medians = names.map((figure) => [figure, median(rounds.map((one) => one[figure] ?? NaN))]);
  return { scenario: name, title, rounds, median: Object.fromEntries(medians) as Figures };
}
