import { startTimedReceiver, type Target } from '../client';
import { summarise, type Result } from '../result';
import { allArrived, prepare, record, type Load } from '../environment';

/** Changes of as many citizens, recorded by so many callers at once: how fast they are accepted and delivered. */
export async function throughput(target: Target, load: Load): Promise<Result> {
  const receiver = await startTimedReceiver();
  const environment = await prepare(target, [receiver.url]);
  const startedAt = performance.now();
  const accepted = await record(target, environment, load);
  await allArrived(receiver, accepted);
  await environment.clear();
  receiver.close();
  const { callers, pauseMs } = load;
  const who = `${callers} caller${callers === 1 ? '' : 's'}`;
  const scenario =
    pauseMs === undefined ? `${who}, without a pause` : `${who}, ${pauseMs} ms between two changes`;
  return summarise(scenario, accepted, receiver.arrivals, startedAt);
}
