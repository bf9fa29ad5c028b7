import { Floor } from '../floor/floor';
import { Application, arrivedAt, waitOf } from '../load/application';
import { runCallers } from '../load/callers';
import { measureCost, totalCpu, type Cost } from '../measure/cost';
import { now } from '../measure/clock';
import { percentile } from '../measure/numbers';
import type { Bench, Figures, Scenario } from './scenario';

const CALLERS = 32;
const WARM_UP_WORKFLOWS = 200;

/** The figure that other scenarios are measured against. */
export const DELIVERED = 'delivered per second';

/** What a stretch of work did: things done, and what they cost from the first request to the last arrival. */
interface Work {
  readonly count: number;
  readonly cost: Cost;
}

/** As many changes as callers can record, one delivery each, and in the same minute as many empty workflows. */
export const throughput: Scenario = {
  name: 'throughput',
  title: `${CALLERS} callers, a delivery each; beside it as many empty workflows at once`,
  async run(bench) {
    const floor = await measureFloor(bench);
    const { recording, ...deliveries } = await measureDeliveries(bench);
    const [floorRate, delivered] = [rate(floor), rate(deliveries)];
    return {
      'floor: workflows per second': floorRate,
      'accepted per second': deliveries.count / recording,
      [DELIVERED]: delivered,
      'delivered as a share of the floor': delivered / floorRate,
      ...waits(deliveries.waits),
      'CPU as a multiple of the floor': perThousand(deliveries, totalCpu) / perThousand(floor, totalCpu),
      ...cpuFigures('floor: CPU s per 1,000', floor),
      ...cpuFigures('CPU s per 1,000', deliveries),
      'statements per delivery': deliveries.cost.statements / deliveries.count,
      'WAL syncs per delivery': deliveries.cost.walSyncs / deliveries.count,
    };
  },
};

async function measureFloor({ service, sizes, signal }: Bench): Promise<Work> {
  const floor = await Floor.start(service.temporalAddress, signal);
  try {
    const load = { ...sizes.floor, concurrency: CALLERS };
    await floor.run({ ...load, workflows: WARM_UP_WORKFLOWS });
    const { Temporal = NaN } = service.processes;
    const measured = await measureCost({ Temporal, worker: floor.pid }, service.counter);
    const { workflows } = await floor.run(load);
    return { count: workflows, cost: await measured() };
  } finally {
    await floor.stop();
  }
}

async function measureDeliveries({
  service,
  api,
  receivers,
  sizes,
  signal,
}: Bench): Promise<Work & { readonly recording: number; readonly waits: readonly number[] }> {
  const application = await Application.create(api, await receivers.open(1));
  const measured = await measureCost(service.processes, service.counter);
  const startedAt = now();
  const load = { ...sizes.throughput, callers: CALLERS };
  await runCallers(load, signal, (n) => application.record(`citizen-${n}`));
  const recording = (now() - startedAt) / 1_000;
  await application.untilArrived(signal, sizes.catchUpSeconds);
  const cost = await measured();
  const seconds = (Math.max(...application.promised.map((one) => arrivedAt(one) ?? NaN)) - startedAt) / 1_000;
  const count = application.promised.length;
  return { count, cost: { ...cost, seconds }, recording, waits: application.promised.map(waitOf) };
}

function rate({ count, cost }: Work): number {
  return count / cost.seconds;
}

function perThousand({ count, cost }: Work, of: (cost: Cost) => number): number {
  return (of(cost) / count) * 1_000;
}

function cpuFigures(title: string, work: Work): Figures {
  const parts = Object.keys(work.cost.cpuSeconds).map((part) => [
    `${title}, ${part}`,
    perThousand(work, ({ cpuSeconds }) => cpuSeconds[part] ?? NaN),
  ]);
  return {
    [title]: perThousand(work, totalCpu),
    ...(Object.fromEntries(parts) as Figures),
    [`${title}, of the whole machine`]: perThousand(work, ({ machineCpuSeconds }) => machineCpuSeconds),
  };
}

function waits(values: readonly number[]): Figures {
  return { 'p50 ms from 202 to arrival': percentile(values, 0.5), 'p99 ms': percentile(values, 0.99) };
}
