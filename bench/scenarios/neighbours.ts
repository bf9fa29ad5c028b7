import { Application, waitOf } from '../load/application';
import { runSchedule } from '../load/schedule';
import { percentile } from '../measure/numbers';
import type { Bench, Scenario } from './scenario';
import { waitFigures } from './waits';

/** Changes a second for the endpoint that is watched, and for all its neighbours together. */
const HEALTHY_PER_SECOND = 5;
const NEIGHBOURS_PER_SECOND = 15;
/** Deliveries after which an endpoint is known as quick. */
const WARM_UP = 5;

/**
 * Endpoints that were quick take requests and answer none any more: what a healthy one notices. It is watched alone, beside the
 * same neighbours while they answer (what the load alone does), and while they hang.
 */
export function neighbours(count: number): Scenario {
  return {
    name: `neighbours-${count}`,
    title: `an endpoint with ${HEALTHY_PER_SECOND} changes a second beside ${count} that hang, with ${NEIGHBOURS_PER_SECOND} in all`,
    run: (bench) => watch(count, bench),
  };
}

async function watch(count: number, bench: Bench): ReturnType<Scenario['run']> {
  const { api, receivers, sizes, signal } = bench;
  const create = async (): Promise<Application> => {
    const application = await Application.create(api, await receivers.open(1));
    for (let n = 0; n < WARM_UP; n++) await application.record(`warm-${n}`);
    await application.arrive(sizes.catchUpSeconds, signal);
    return application;
  };
  const healthy = await create();
  const others: Application[] = [];
  while (others.length < count) others.push(await create());

  const alone = await phase('alone', healthy, [], bench);
  const answering = await phase('answering', healthy, others, bench);
  await receivers.behave(
    others.flatMap(({ endpoints }) => endpoints),
    'hang',
  );
  const hanging = await phase('hanging', healthy, others, bench);
  const p95 = (deliveries: typeof alone): number => percentile(deliveries.map(waitOf), 0.95);
  return {
    ...waitFigures('alone: ', alone),
    ...waitFigures('neighbours answer: ', answering),
    ...waitFigures('neighbours hang: ', hanging),
    'p95 beside hanging ones, as a multiple of alone': p95(hanging) / p95(alone),
    'p95 beside hanging ones, as a multiple of beside answering ones': p95(hanging) / p95(answering),
  };
}

/** Deliveries of the healthy application while its neighbours get theirs; one that never arrives counts with the time that it is missing. */
async function phase(
  name: string,
  healthy: Application,
  others: readonly Application[],
  { sizes, signal }: Bench,
): Promise<Application['promised']> {
  const { seconds } = sizes.neighbours;
  const before = healthy.promised.length;
  const load = runSchedule({ perSecond: HEALTHY_PER_SECOND, seconds }, signal, (n) =>
    healthy.record(`${name}-${n}`),
  );
  const neighboursLoad =
    others.length === 0
      ? Promise.resolve()
      : runSchedule(
          { perSecond: NEIGHBOURS_PER_SECOND, seconds },
          signal,
          (n) => others[n % others.length]?.record(`${name}-${n}`) ?? Promise.resolve(),
        );
  await Promise.all([load, neighboursLoad]);
  await healthy.arriveWithin(sizes.catchUpSeconds, signal);
  return healthy.promised.slice(before);
}
