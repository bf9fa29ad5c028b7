/** Which webhooks a receiver gets first while there is a queue (rule `withdrawals-first`). */
import type { Receiver } from '../../tools/receiver/receiver';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

const GRANTS = 200;
const IMPORTED = 40;
/** Recorded at once. */
const CALLERS = 10;

/** On a machine that does other work too, recording takes its time. */
jest.setTimeout(400_000);

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

    await service.addWorker();
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(20));
    // One whose grant has arrived, and two that stand at the end of the queue.
    const [last, imported] = [`grants-${GRANTS - 1}`, `imported-${IMPORTED - 1}`];
    for (const citizen of ['withdraws', last, imported]) await service.consent(app, citizen, 'DENIED');
    const then = receiver.received.length;
    const places = (): number[] =>
      ['withdraws', last, imported].map((citizen) => arrived().indexOf(`${citizen} DENIED`));
    await eventually(() => expect(Math.min(...places())).toBeGreaterThan(0), 120_000);

    const order = arrived();
    report(
      `the withdrawals were webhooks ${places()
        .map((place) => place - then)
        .join(', ')} after their 202, of ${GRANTS} in the queue`,
    );
    expect(Math.max(...places()) - then).toBeLessThan(GRANTS / 2);
    for (const citizen of [last, imported]) {
      expect(order.indexOf(`${citizen} GRANTED`)).toBeLessThan(order.indexOf(`${citizen} DENIED`));
    }
    // Of the import only what stands before a withdrawal has come meanwhile.
    const early = order.filter((text) => text.startsWith('imported-') && !text.startsWith(`${imported} `));
    expect(early).toEqual([]);
  });
});
