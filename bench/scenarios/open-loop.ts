import { Application } from '../load/application';
import { runSchedule } from '../load/schedule';
import type { Bench, Figures, Scenario } from './scenario';
import { lagFigures, waitFigures } from './waits';

const SHARES = [0.1, 0.3, 0.5, 0.6];

/** Parts of the rate that was sustained, sent by schedule: no queue should form. */
export const openLoop: Scenario = {
  name: 'open-loop',
  title: 'parts of the rate that scenario throughput has sustained, sent by schedule',
  needs: 'throughput',
  async run(bench) {
    const figures: Figures[] = [];
    for (const share of SHARES) figures.push(await runAt(share, bench));
    return Object.assign({}, ...figures) as Figures;
  },
};

async function runAt(share: number, { api, receivers, sizes, sustained, signal }: Bench): Promise<Figures> {
  const application = await Application.create(api, await receivers.open(1));
  const schedule = { perSecond: share * sustained, seconds: sizes.openLoopSeconds };
  await runSchedule(schedule, signal, (n, dueAt) => application.record(`citizen-${n}`, { dueAt }));
  await application.arrive(sizes.catchUpSeconds, signal);
  const what = `at ${share * 100} %: `;
  return {
    [`${what}changes per second`]: schedule.perSecond,
    ...waitFigures(what, application.promised),
    ...lagFigures(what, application.promised),
  };
}
