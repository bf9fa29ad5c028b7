import { setTimeout as sleep } from 'node:timers/promises';
import { Application, type Promised, waitOf } from '../load/application';
import { runCallers } from '../load/callers';
import { percentile } from '../measure/numbers';
import { happensWithin, until } from '../until';
import type { Bench, Figures, Scenario } from './scenario';
import { CALLERS } from './work';

const WITHDRAWALS = 10;
const PAUSE_MS = 500;
/** Grants that have arrived before the first withdrawal: the queue is being worked on. */
const UNDER_WAY = 50;

/** Citizens take their consent back while thousands of grants are queued for the same endpoint, as after an import. */
export const withdrawal: Scenario = {
  name: 'withdrawal',
  title: 'withdrawals behind queued grants of the same subscription',
  run: runWithdrawal,
};

async function runWithdrawal({ service, api, receivers, sizes, signal }: Bench): Promise<Figures> {
  const application = await Application.create(api, await receivers.open(1));
  for (let n = 0; n < WITHDRAWALS; n++) await application.record(`withdraws-${n}`);
  await application.arrive(sizes.catchUpSeconds, signal);

  // The queue is made while no worker takes from it.
  await service.stopWorker();
  const load = { callers: CALLERS, requests: sizes.queue, seconds: sizes.queueSeconds };
  await runCallers(load, signal, (n) => application.record(`citizen-${n}`));
  const queued = application.missing;
  service.startWorker();
  await until('the queue is worked on', () => application.missing <= queued - UNDER_WAY, {
    ...{ signal, seconds: sizes.catchUpSeconds },
  });

  const withdrawals: Promised[] = [];
  for (let n = 0; n < WITHDRAWALS; n++) {
    withdrawals.push(...(await application.record(`withdraws-${n}`, { state: 'DENIED' })));
    await sleep(PAUSE_MS, undefined, { signal });
  }
  const left = application.missing;
  const arrived = (): boolean =>
    withdrawals.every(({ deliveryId, endpoint }) => endpoint.arrivals.has(deliveryId));
  await happensWithin(arrived, { signal, seconds: sizes.catchUpSeconds });
  const waits = withdrawals.map(waitOf);
  return {
    'grants queued': queued,
    'deliveries queued after the last withdrawal': left,
    'p50 ms from 202': percentile(waits, 0.5),
    'longest ms from 202': percentile(waits, 1),
  };
}
