import { Floor } from '../floor/floor';
import { Application } from '../load/application';
import { runCallers } from '../load/callers';
import { now } from '../measure/clock';
import { measureCost } from '../measure/cost';
import type { Bench, Figures, Scenario } from './scenario';
import { waitFigures } from './waits';
import { CALLERS, costFigures, cpuFigures, cpuPerThousand, deliveryRate, rateOf, type Work } from './work';

const WARM_UP_WORKFLOWS = 200;

/** The figure that other scenarios are measured against. */
export const DELIVERED = 'delivered per second';

/** As many changes as callers can record, one delivery each, and in the same minute as many empty workflows. */
export const throughput: Scenario = {
  name: 'throughput',
  title: `${CALLERS} callers, a delivery each; beside it as many empty workflows at once`,
  async run(bench) {
    const floor = await measureFloor(bench);
    const { work, accepted, delivered, waits } = await measureDeliveries(bench);
    return {
      'floor: workflows per second': rateOf(floor),
      'accepted per second': accepted,
      [DELIVERED]: delivered,
      'delivered as a share of the floor': delivered / rateOf(floor),
      ...waits,
      'CPU as a multiple of the floor': cpuPerThousand(work) / cpuPerThousand(floor),
      ...cpuFigures('floor: ', floor),
      ...costFigures('', work),
    };
  },
};

async function measureFloor({ service, receivers, sizes, signal }: Bench): Promise<Work> {
  const floor = await Floor.start(service.temporalAddress, signal);
  try {
    const load = { ...sizes.floor, concurrency: CALLERS };
    await floor.run({ ...load, workflows: WARM_UP_WORKFLOWS });
    const { Temporal = NaN } = service.processes;
    const watched = { Temporal, worker: floor.pid };
    const measured = await measureCost({ watched, receivers, counter: service.counter });
    const { workflows } = await floor.run(load);
    return { count: workflows, cost: await measured() };
  } finally {
    await floor.stop();
  }
}

interface Delivered {
  readonly work: Work;
  /** A second. */
  readonly accepted: number;
  readonly delivered: number;
  readonly waits: Figures;
}

async function measureDeliveries({ service, api, receivers, sizes, signal }: Bench): Promise<Delivered> {
  const application = await Application.create(api, await receivers.open(1));
  const measured = await measureCost({ ...service.meter, receivers });
  const startedAt = now();
  const load = { ...sizes.throughput, callers: CALLERS };
  const changes = await runCallers(load, signal, (n) => application.record(`citizen-${n}`));
  const accepted = changes / ((now() - startedAt) / 1_000);
  await application.arrive(sizes.catchUpSeconds, signal);
  return {
    work: { count: application.promised.length, cost: await measured() },
    ...{ accepted, delivered: deliveryRate(application, startedAt) },
    waits: waitFigures('', application.promised),
  };
}
