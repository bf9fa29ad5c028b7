import { runCrashSuite } from '../crash/suite';

/** The short form of `npm run test:crash`: each part, and everything, killed once. */
it('loses nothing and keeps the order when parts are killed under load', async () => {
  const reports = await runCrashSuite({ rounds: 5, seed: 7, loadSeconds: 4 });
  for (const report of reports)
    expect(report).toMatchObject({ lostOnes: [], lost: 0, outOfOrder: 0, unexplained: 0, wrongs: [] });
}, 600_000);
