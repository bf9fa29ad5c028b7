/** What an operator does meanwhile: pauses and resumes, has deliveries sent again and everything sent anew. */
import { call, type Accepted, type Target } from './load';
import type { Random } from './random';

/** Requests to send a delivery again, by its id: each explains one more arrival. */
export type Resent = Map<string, number>;

/** Goes on until `until` says so; every subscription is active then. */
export async function operate(
  target: Target,
  subscriptionIds: readonly [string, ...string[]],
  accepted: Accepted,
  resent: Resent,
  random: Random,
  until: () => boolean,
): Promise<void> {
  while (!until()) {
    const route = `/subscriptions/${random.pick(subscriptionIds)}`;
    switch (random.pick(['pause', 'resend', 'resend', 'resync', 'retry'])) {
      case 'pause':
        await call(target, 'PATCH', route, { status: 'paused' });
        await pause(random.between(100, 1_000));
        // Again until it is so: the API may be away just now.
        while ((await call(target, 'PATCH', route, { status: 'active' }))?.status !== 200) await pause(200);
        break;
      case 'resend': {
        const [first, ...others] = accepted;
        if (first === undefined) break;
        const id = random.pick([first, ...others]);
        const answer = await call(target, 'POST', `/deliveries/${id}/resend`);
        // Refused while it is unfinished. Without an answer it may have been done all the same.
        if (answer?.status !== 409) resent.set(id, (resent.get(id) ?? 0) + 1);
        break;
      }
      case 'resync':
        await call(target, 'POST', `${route}/resync`, {});
        break;
      case 'retry':
        await call(target, 'POST', `${route}/retry`);
        break;
    }
    await pause(random.between(200, 1_200));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
