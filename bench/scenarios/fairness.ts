import { startTimedReceiver, type Target } from '../client';
import { summarise, type Result } from '../result';
import { allArrived, prepare, record, type Load } from '../environment';

/** A quick endpoint beside one that takes seconds: what the quick one notices of it. */
export async function fairness(target: Target, load: Load): Promise<Result> {
  const [quick, slow] = [await startTimedReceiver(), await startTimedReceiver({ delayMs: 3_000 })];
  const environment = await prepare(target, [quick.url, slow.url]);
  const startedAt = performance.now();
  const accepted = await record(target, environment, load);
  await allArrived(quick, accepted);
  await environment.clear();
  quick.close();
  slow.close();
  return summarise('the same, beside an endpoint that takes 3 s', accepted, quick.arrivals, startedAt);
}
