import { startTimedReceiver, type Target } from '../client';
import { summarise, type Result } from '../result';
import { allArrived, prepare, record } from '../stage';

/** Changes of as many citizens, recorded by so many callers at once: how fast they are accepted and delivered. */
export async function throughput(target: Target, changes: number, callers: number): Promise<Result> {
  const receiver = await startTimedReceiver();
  const stage = await prepare(target, [receiver.url]);
  const startedAt = performance.now();
  const accepted = await record(target, stage, { changes, callers });
  await allArrived(receiver, accepted);
  await stage.clear();
  receiver.close();
  return summarise(`from 202 to arrival, callers: ${callers}`, accepted, receiver.arrivals, startedAt);
}
