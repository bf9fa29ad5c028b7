/** A short form of `npm run test:fuzz`: always the same requests, so that it finds what a change breaks. */
import { fuzz } from '../../fuzz/fuzz';
import { startTestPostgres } from '../../harness/stack';

const [SEED, REQUESTS] = [20_261, 150];

it('no generated request breaks, leaks, or half writes anything', async () => {
  const { faults, statuses, requests } = await fuzz({ requests: REQUESTS, seed: SEED }, startTestPostgres);
  console.info(`${requests} generated requests by status: ${JSON.stringify(statuses)}`); // eslint-disable-line no-console
  expect(faults).toEqual([]);
  expect(Object.keys(statuses).length).toBeGreaterThan(3);
});
