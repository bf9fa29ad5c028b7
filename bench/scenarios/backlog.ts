import { Application } from '../load/application';
import { runCallers } from '../load/callers';
import { runSchedule } from '../load/schedule';
import { now } from '../measure/clock';
import { percentile } from '../measure/numbers';
import { residentMb } from '../measure/processes';
import { until } from '../until';
import type { Bench, Figures, Scenario } from './scenario';
import { waitFigures } from './waits';
import { CALLERS, deliveryRate, MOST } from './work';

/** How the API and another application's deliveries are looked at meanwhile. */
const WATCH = { perSecond: 5, seconds: 10 };
const LOOK_EVERY_MS = 500;

/** An endpoint is down until thousands of deliveries wait for their hour; then it returns, and an operator retries all. */
export const backlog: Scenario = {
  name: 'backlog',
  title: 'deliveries that wait for an endpoint, and their way out when it returns',
  needs: 'throughput',
  run: runBacklog,
};

async function runBacklog(bench: Bench): Promise<Figures> {
  const { service, api, receivers, sizes, sustained, signal } = bench;
  const { worker = NaN } = service.processes;
  const [application, other] = await Promise.all([
    Application.create(api, await receivers.open(1)),
    Application.create(api, await receivers.open(1)),
  ]);
  const idleMb = residentMb(worker);
  const before = await watchOther('before: ', other, bench);

  await receivers.behave(application.endpoints, 'fail');
  const filledFrom = now();
  const load = { callers: CALLERS, requests: sizes.queue, seconds: sizes.queueSeconds };
  await runCallers(load, signal, (n) => application.record(`citizen-${n}`));
  const isWaiting = async (): Promise<boolean> => {
    const route = `/deliveries?subscriptionId=${application.subscriptionIds[0]}&status=waiting&limit=1`;
    const { total } = await api.call<{ total: number }>('GET', route);
    return total === application.promised.length;
  };
  const wait = { signal, seconds: sizes.queueSeconds, everyMs: LOOK_EVERY_MS };
  await until('all deliveries wait', isWaiting, wait);
  const fillSeconds = (now() - filledFrom) / 1_000;
  const waitingMb = residentMb(worker);
  const meanwhile = await watchOther('meanwhile: ', other, bench);

  await receivers.behave(application.endpoints, 'accept');
  const drainedFrom = now();
  await api.call('POST', `/subscriptions/${application.subscriptionIds[0]}/retry`);
  await application.arrive(sizes.queueSeconds, signal);
  const drained = deliveryRate(application, drainedFrom);
  return {
    'deliveries that wait': application.promised.length,
    's until all had failed three times': fillSeconds,
    'worker MB before': idleMb,
    'worker MB while they wait': waitingMb,
    'worker MB after': residentMb(worker),
    ...before,
    ...meanwhile,
    's until most had arrived': (application.promised.length * MOST) / drained,
    'drained per second': drained,
    'drained as a share of throughput': drained / sustained,
  };
}

/** What callers of the API wait for, and what another application's deliveries take. */
async function watchOther(what: string, other: Application, { sizes, signal }: Bench): Promise<Figures> {
  const before = other.promised.length;
  const answers: number[] = [];
  await runSchedule(WATCH, signal, async (n, dueAt) => {
    await other.record(`${what}${n}`);
    answers.push(now() - dueAt);
  });
  await other.arriveWithin(sizes.catchUpSeconds, signal);
  return {
    [`${what}p95 ms until the API has recorded a change`]: percentile(answers, 0.95),
    ...waitFigures(`${what}another application's deliveries, `, other.promised.slice(before)),
  };
}
