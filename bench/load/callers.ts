/** Callers that send the next request when the last one is answered. */
import { now } from '../measure/clock';

/** `callers` at once send up to `requests` in all, for up to `seconds`. */
export interface CallersLoad {
  readonly callers: number;
  readonly requests: number;
  readonly seconds: number;
}

/** Answers with how many requests were sent. `send` gets the number of the request, from 0. */
export async function runCallers(
  { callers, requests, seconds }: CallersLoad,
  signal: AbortSignal,
  send: (n: number) => Promise<unknown>,
): Promise<number> {
  const deadline = now() + seconds * 1_000;
  let begun = 0;
  const caller = async (): Promise<void> => {
    while (begun < requests && now() < deadline) {
      signal.throwIfAborted();
      await send(begun++);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return begun;
}
