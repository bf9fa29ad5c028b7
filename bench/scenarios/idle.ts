import { Application } from '../load/application';
import { runSchedule } from '../load/schedule';
import type { Scenario } from './scenario';
import { lagFigures, waitFigures } from './waits';

const PER_SECOND = 10;

/** A service with next to nothing to do: what a delivery takes when it waits for no other. */
export const idle: Scenario = {
  name: 'idle',
  title: `${PER_SECOND} changes a second, sent by schedule`,
  async run({ api, receivers, sizes, signal }) {
    const application = await Application.create(api, await receivers.open(1));
    const schedule = { perSecond: PER_SECOND, seconds: sizes.idleSeconds };
    await runSchedule(schedule, signal, (n, dueAt) => application.record(`citizen-${n}`, { dueAt }));
    await application.arrive(sizes.catchUpSeconds, signal);
    return { ...waitFigures('', application.promised), ...lagFigures('', application.promised) };
  },
};
