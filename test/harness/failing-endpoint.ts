/** An endpoint that is down, with deliveries that wait for it. */
import type { Receiver } from '../../tools/receiver/receiver';
import { eventually, type TestService } from './service';

/** How many wait, and how long a machine that does much else may take for them. */
export interface Waiting {
  readonly citizens: number;
  /** Of each citizen: the first waits, the others are blocked behind it. */
  readonly changes: number;
  readonly patienceMs: number;
}

/** CPM_TEST_CITIZENS=500 CPM_TEST_CHANGES=4 makes it 2,000 deliveries; the default keeps `npm test` short. */
export function waitingFor(citizensByDefault: number): Waiting {
  const citizens = Number(process.env.CPM_TEST_CITIZENS ?? citizensByDefault);
  const changes = Number(process.env.CPM_TEST_CHANGES ?? 2);
  return { citizens, changes, patienceMs: 180_000 + citizens * changes * 500 };
}

export interface FailingEndpoint {
  readonly app: string;
  readonly receiver: Receiver;
  readonly subscriptionId: string;
  /** Its deliveries of a status. */
  readonly count: (status: string) => Promise<number>;
}

/** Records changes for an endpoint that answers 503, until the first delivery of each citizen waits. */
export async function failingEndpoint(
  service: TestService,
  { citizens, changes, patienceMs }: Waiting,
): Promise<FailingEndpoint> {
  const app = await service.application();
  const receiver = await service.receiver();
  receiver.behave({ kind: 'answer', status: 503 });
  const { id } = (await service.subscribe(app, receiver.url)) as { id: string };
  for (let change = 0; change < changes; change++)
    for (let citizen = 0; citizen < citizens; citizen++)
      await service.consent(app, `c-${citizen}`, change % 2 === 0 ? 'GRANTED' : 'DENIED');
  const count = async (status: string): Promise<number> => {
    const page: unknown = await service.ok('GET', `/v1/deliveries?subscriptionId=${id}&status=${status}`);
    return (page as { total: number }).total;
  };
  await eventually(async () => expect(await count('waiting')).toBe(citizens), patienceMs);
  return { app, receiver, subscriptionId: id, count };
}
