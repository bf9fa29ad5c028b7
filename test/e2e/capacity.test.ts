/** The limits of a process (docs/scaling.md) at their least: everything arrives, only later. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readConfig } from '../../src/platform/config';
import { projectRoot } from '../../src/platform/project-root';
import { eventually, TestService } from '../harness/service';

const LEAST = {
  CPM_DATABASE_CONNECTIONS: '4',
  CPM_WORKFLOW_SLOTS: '2',
  CPM_ACTIVITY_SLOTS: '1',
  CPM_WORKFLOW_POLLERS: '2',
  CPM_ACTIVITY_POLLERS: '1',
  CPM_WORKFLOW_CACHE: '2',
  CPM_DISPATCH_BATCH: '1',
};
const CITIZENS = 6;
const CHANGES = 3;

describe('a service with the least that each setting allows', () => {
  let service: TestService;
  beforeAll(async () => {
    const { maxConnections, worker } = readConfig(LEAST);
    service = await TestService.start({ maxConnections, worker });
  });
  afterAll(() => service?.stop());

  it('delivers everything in order, a failing endpoint beside it, with no more connections than it was given', async () => {
    const app = await service.application();
    const [healthy, failing] = [await service.receiver(), await service.receiver()];
    failing.behave({ kind: 'answer', status: 500 });
    await service.subscribe(app, healthy.url);
    await service.subscribe(app, failing.url);
    const citizens = Array.from({ length: CITIZENS }, (_, i) => `c-${i}`);
    await Promise.all(
      citizens.map(async (citizen) => {
        for (let n = 0; n < CHANGES; n++)
          await service.consent(app, citizen, n % 2 === 0 ? 'GRANTED' : 'DENIED');
      }),
    );
    let mostConnections = 0;
    await eventually(async () => {
      const [row] = await service.db.$queryRaw<{ connections: number }[]>`
        SELECT count(*)::int AS "connections" FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'cpm-webhooks'`;
      mostConnections = Math.max(mostConnections, row?.connections ?? 0);
      expect(healthy.received).toHaveLength(CITIZENS * CHANGES);
    });
    expect(mostConnections).toBeLessThanOrEqual(4 + 4 + 1); // the API's, the worker's, and the one that counts
    const sequences = new Map<string, number[]>();
    for (const { headers, body } of healthy.received) {
      const { externalRef } = JSON.parse(body) as { externalRef: string };
      sequences.set(externalRef, [...(sequences.get(externalRef) ?? []), Number(headers['x-cpm-sequence'])]);
    }
    for (const citizen of citizens) expect(sequences.get(citizen)).toEqual([1, 2, 3]);
  });
});

describe('a wrong limit', () => {
  it.each([
    ['worker', 'CPM_WORKFLOW_SLOTS', '1', 'a whole number from 2 to 10000'],
    ['api', 'CPM_DATABASE_CONNECTIONS', 'plenty', 'a whole number from 4 to 500'],
  ])('ends the start of the %s with one line', (part, variable, value, form) => {
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [path.join(projectRoot, 'dist', 'src', 'bin', `${part}.js`)],
      { env: { PATH: process.env.PATH, [variable]: value }, encoding: 'utf8', timeout: 60_000 },
    );
    expect([status, stderr, stdout]).toEqual([1, `cpm-webhooks: ${variable} must be ${form}\n`, '']);
  });
});
