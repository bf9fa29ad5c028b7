/** Which webhooks a receiver gets first while there is a queue (rule `withdrawals-first`). */
import type { Receiver } from '../../tools/receiver/receiver';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

const GRANTS = 200;
const IMPORTED = 40;
/** Recorded at once. */
const CALLERS = 10;
/** Deliveries that a worker attempts at once. */
const AT_ONCE = 32;
/** From its row to its request a delivery passes a claim, a start and a task; each can stand behind a full batch. */
const HOPS = 3;

let service: TestService;
let app: string;
let receiver: Receiver;
beforeAll(async () => {
  service = await TestService.start();
  app = await service.application();
  receiver = await service.receiver();
  await service.subscribe(app, receiver.url);
});
afterAll(() => service?.stop());

/** Whose webhooks have arrived, with what they say, in their order. */
const arrived = (): string[] =>
  receiver.received.map(({ body }) => {
    const { externalRef, permissions } = JSON.parse(body) as {
      externalRef: string;
      permissions: { state: string }[];
    };
    return `${externalRef} ${permissions[0]?.state ?? ''}`;
  });

const grant = (externalRef: string, rest: object = {}): Promise<unknown> =>
  service.ok('POST', '/v1/permissions/transactions', {
    ...{ applicationId: app, externalRef, ...rest },
    changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state: 'GRANTED' }],
  });

/** Does something for each number, a few at a time. */
async function forEach(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

describe('with hundreds of grants and an import in the queue', () => {
  it('a withdrawal arrives well before them, after what its own citizen granted, and the import last', async () => {
    await grant('withdraws');
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await service.stopWorkers();
    await forEach(IMPORTED, (n) => grant(`imported-${n}`, { priority: 'bulk' }));
    await forEach(GRANTS, (n) => grant(`grants-${n}`));

    // One whose grant has arrived, and two that stand at the end of the queue.
    const [last, imported] = [`grants-${GRANTS - 1}`, `imported-${IMPORTED - 1}`];
    const withdrawing = ['withdraws', last, imported];
    for (const citizen of withdrawing) await service.consent(app, citizen, 'DENIED');

    await service.addWorker();
    await eventually(
      () => expect(arrived()).toHaveLength(1 + IMPORTED + GRANTS + withdrawing.length),
      600_000,
    );
    const order = arrived();
    const place = (citizen: string, state: string): number => order.indexOf(`${citizen} ${state}`);
    report(
      `of ${order.length} webhooks, the withdrawals were number ${withdrawing
        .map((citizen) => place(citizen, 'DENIED'))
        .join(', ')}`,
    );
    // The urgent ones wait for what was taken on with them, never for the queue (240 and more).
    for (const [citizen, state] of [
      ['withdraws', 'DENIED'],
      [last, 'GRANTED'],
      [imported, 'GRANTED'],
    ] as const)
      expect(place(citizen, state)).toBeLessThan(HOPS * AT_ONCE);
    // The withdrawals behind those keep their order.
    for (const citizen of [last, imported])
      expect(place(citizen, 'DENIED')).toBeGreaterThan(place(citizen, 'GRANTED'));
    // Of the import only what belongs to a withdrawal comes before most grants.
    const early = order.slice(0, (GRANTS * 3) / 4).filter((text) => text.startsWith('imported-'));
    expect(early.filter((text) => !text.startsWith(`${imported} `))).toEqual([]);
  });
});
