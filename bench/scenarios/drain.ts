import { call, startTimedReceiver, type Target } from '../client';
import { summarise, type Result } from '../result';
import { allArrived, prepare, record, until } from '../environment';

/** An endpoint that was down gets a new token: from the PATCH to the arrival of everything that waited for its hour. */
export async function drain(target: Target, changes: number): Promise<Result> {
  const receiver = await startTimedReceiver({ status: 401 });
  const environment = await prepare(target, [receiver.url]);
  const subscription = `/subscriptions/${environment.subscriptionIds[0]}`;
  const accepted = await record(target, environment, { changes, callers: 4 });
  await until(async () => {
    const { total } = await call<{ total: number }>(
      target,
      'GET',
      `/deliveries?subscriptionId=${environment.subscriptionIds[0]}&status=waiting&limit=1`,
    );
    return total === changes;
  });
  receiver.answer(200);
  const startedAt = performance.now();
  await call(target, 'PATCH', subscription, {
    authentication: { authType: 'bearer', bearerAuth: { token: 'the-new-one' } },
  });
  await allArrived(receiver, accepted);
  await environment.clear();
  receiver.close();
  const begun = new Map([...accepted.keys()].map((id) => [id, startedAt]));
  return summarise('a backlog, from its new token to arrival', begun, receiver.arrivals, startedAt);
}
