import { Application } from '../load/application';
import { runCallers } from '../load/callers';
import { now } from '../measure/clock';
import { measureCost } from '../measure/cost';
import type { Scenario } from './scenario';
import { CALLERS, costFigures, deliveryRate } from './work';

const SUBSCRIPTIONS = 10;

/** Changes that each go to ten receivers. */
export const fanOut: Scenario = {
  name: 'fan-out',
  title: `${CALLERS} callers, ${SUBSCRIPTIONS} deliveries of each change`,
  needs: 'throughput',
  async run({ service, api, receivers, sizes, sustained, signal }) {
    const application = await Application.create(api, await receivers.open(SUBSCRIPTIONS));
    const measured = await measureCost({ ...service.meter, receivers });
    const startedAt = now();
    await runCallers({ ...sizes.fanOut, callers: CALLERS }, signal, (n) =>
      application.record(`citizen-${n}`),
    );
    await application.arrive(sizes.catchUpSeconds, signal);
    const work = { count: application.promised.length, cost: await measured() };
    const delivered = deliveryRate(application, startedAt);
    return {
      'delivered per second': delivered,
      'as a share of throughput': delivered / sustained,
      ...costFigures('', work),
    };
  },
};
