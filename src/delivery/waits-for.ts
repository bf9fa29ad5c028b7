/** What an unfinished delivery waits for, so that nobody has to guess from its status. */
import { z } from 'zod';
import { IS_HELD_BACK } from '../outbox/endpoint-probes';
import { NEAREST_PREDECESSOR } from '../outbox/ordering';
import { IN_FLIGHT, isKeyOf, type AttemptInFlight } from '../outbox/ordering-key';
import { Prisma, type Tx } from '../platform/database';
import { idOf, shownTime } from '../platform/fields';
import type { NoAccessToken } from '../subscriptions/schema';

/** By reason, in the order in which they are looked for: the first that holds is told. */
const TEXTS = {
  'failing-workflow': 'its workflow fails its tasks in Temporal, and cannot go on before that is mended',
  progress: 'it should have gone on by now; the service sees to it by itself',
  subscription: 'its subscription to be active again',
  'earlier-delivery': 'an earlier delivery of the same subscription and citizen to be finished',
  'other-request': 'a request of another delivery of the same subscription and citizen to be over',
  'access-token': 'an access token, which the OAuth 2.0 server does not give at present',
  turn: 'its turn to be begun by a worker',
  knock: 'another delivery, which knocks for all while the endpoint fails',
  'next-attempt': 'the moment of its next attempt',
  answer: "the endpoint's answer",
} as const;
type Reason = keyof typeof TEXTS;

export const waitsFor = z
  .object({
    reason: z.enum(Object.keys(TEXTS) as [Reason, ...Reason[]]).meta({
      description: Object.entries(TEXTS)
        .map(([reason, text]) => `\`${reason}\`: ${text}`)
        .join('. '),
      examples: ['earlier-delivery'],
    }),
    text: z.string().meta({ description: 'The same in words.', examples: [TEXTS['earlier-delivery']] }),
    deliveryId: idOf('delivery').nullable().meta({
      description: 'The other delivery, for `earlier-delivery` and `other-request`; `null` otherwise.',
    }),
    until: shownTime('Until when at the longest, where that is known; `null` otherwise.').nullable(),
  })
  .meta({ id: 'WaitsFor', description: 'What an unfinished delivery waits for.' });
export type WaitsFor = z.output<typeof waitsFor>;

/** What it is told by. */
export interface WaitFacts {
  readonly status: string;
  readonly stalledBy: string | null;
  readonly isStalled: boolean;
  readonly subscriptionActive: boolean;
  readonly predecessorId: string | null;
  readonly inFlight: AttemptInFlight | null;
  readonly hasEntry: boolean;
  readonly heldBack: boolean;
  readonly nextAttemptAt: Date | null;
}

/** What an unfinished delivery waits for; null where it is gone. */
export async function readWaitsFor(
  tx: Tx,
  id: string,
  noAccessToken: NoAccessToken | null,
): Promise<WaitsFor | null> {
  const [facts] = await tx.$queryRaw<WaitFacts[]>(Prisma.sql`
    SELECT d."status", d."stalledBy", d."stalledAt" IS NOT NULL AS "isStalled", d."nextAttemptAt",
           s."status" = 'active' AS "subscriptionActive", ${NEAREST_PREDECESSOR} AS "predecessorId",
           d."outboxAction" IS NOT NULL AS "hasEntry", ${IS_HELD_BACK} AS "heldBack",
           (SELECT ${IN_FLIGHT} FROM "OrderingKey" k WHERE ${isKeyOf('k', 'd')}) AS "inFlight"
    FROM "Delivery" d JOIN "Subscription" s ON s."id" = d."subscriptionId" WHERE d."id" = ${id}::uuid`);
  return facts ? explain(id, facts, noAccessToken) : null;
}

/** The words for what is known of a delivery. */
export function explain(id: string, facts: WaitFacts, noAccessToken: NoAccessToken | null): WaitsFor {
  const { predecessorId, inFlight, nextAttemptAt } = facts;
  const other = inFlight?.deliveryId === id ? null : (inFlight?.deliveryId ?? null);
  const because = (reason: Reason, more: Partial<WaitsFor> = {}): WaitsFor => ({
    ...{ reason, text: TEXTS[reason], deliveryId: null, until: null },
    ...more,
  });
  if (facts.isStalled) return because(facts.stalledBy === 'failing' ? 'failing-workflow' : 'progress');
  if (!facts.subscriptionActive && facts.status !== 'delivering') return because('subscription');
  if (predecessorId !== null) return because('earlier-delivery', { deliveryId: predecessorId });
  if (other !== null) return because('other-request', { deliveryId: other });
  if (noAccessToken) return because('access-token', { until: noAccessToken.nextTryAt });
  if (facts.hasEntry || facts.status === 'pending') return because('turn');
  const until = nextAttemptAt?.toISOString() ?? null;
  if (facts.status === 'waiting' && facts.heldBack) return because('knock', { until });
  if (nextAttemptAt !== null) return because('next-attempt', { until });
  return inFlight === null ? because('turn') : because('answer');
}
