/** The body of one attempt, by the delivery's type. */
import { recordDueTransition } from '../../consent/recording/due-transitions';
import type { EffectivePermissions } from '../../consent/effective-permissions';
import {
  digestOfState,
  keysOfReceipt,
  narrowState,
  pruneReceipt,
  secretsOfEmail,
  withSentAt,
  type CitizenEmailBody,
  type ReceiptBody,
} from '../../consent/render';
import { Prisma, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { LoadedDelivery } from './load';
import type { AttemptStatements } from './statements';

/** A body, and what its headers say of it. */
export interface RenderedBody {
  readonly body: string;
  /** The number of the latest change it reflects (`x-cpm-sequence`, rule `body-as-documented`). */
  readonly sequence: number;
  /** Names the content: `webhook-id` (rule `id-names-content`). */
  readonly webhookId: string;
  /** Of the state that it shows (rule `digest-of-what-was-delivered`); absent: it shows none. */
  readonly stateDigest?: string;
  /** What must not be kept of an answer that echoes the body. */
  readonly secrets?: readonly string[];
}

/** What rendering reads from, and opens stored bodies with. */
export interface RenderContext {
  readonly db: Database;
  readonly statements: Pick<AttemptStatements, 'readState'>;
  readonly sealer: Sealer;
  readonly outboxChanged: () => void;
}

/**
 * Renders what is to be sent now. Effective Permissions show the state of this moment, so that a delayed delivery never
 * carries an older one than the receiver could already know; receipts were fixed with their change (rule `rendered-when-sent`).
 * Undefined when nothing is left to say.
 */
export async function renderBody(
  context: RenderContext,
  delivery: LoadedDelivery,
): Promise<RenderedBody | undefined> {
  const { id, sequence, updateType } = delivery;
  if (updateType === 'effective-permission' && delivery.changeKind !== 'deletion') {
    return renderState(context, delivery);
  }
  if (delivery.bodySealed === null) return undefined;
  const stored: unknown = JSON.parse(context.sealer.open(delivery.bodySealed, 'payload'));
  const asFixed = { sequence, webhookId: id };
  if (delivery.emailId !== null) {
    const email = stored as CitizenEmailBody;
    const body = JSON.stringify(withSentAt(email, delivery.now));
    return { ...asFixed, body, secrets: secretsOfEmail(email) };
  }
  const fixed = stored as ReceiptBody;
  const overridden =
    updateType === 'consent-receipts' ? await overriddenIn(context.db, delivery, fixed) : new Set<string>();
  const left = pruneReceipt(fixed, overridden);
  if (!left) return undefined;
  const body = JSON.stringify(withSentAt(left, delivery.now));
  return overridden.size === 0
    ? { ...asFixed, body }
    : { body, sequence, webhookId: idOfLater(delivery, delivery.citizenSequence) };
}

/** Of content that differs from what the delivery said at its own change. What it says is decided by that number. */
function idOfLater({ id }: LoadedDelivery, citizenSequence: number): string {
  return `${id}-${citizenSequence}`;
}

/** The present state. What time has altered becomes a change first: else one number, and one id, would stand for two states. */
async function renderState(
  { db, sealer, statements, outboxChanged }: RenderContext,
  delivery: LoadedDelivery,
): Promise<RenderedBody> {
  const { id, citizenId, now } = delivery;
  let state = await statements.readState(citizenId);
  if (state?.transitionDue) {
    await recordDueTransition(db, sealer, citizenId);
    outboxChanged();
    state = await statements.readState(citizenId);
    if (state?.transitionDue) throw new Error('another transition fell due meanwhile');
  }
  if (!state) throw new Error('the citizen was deleted since the delivery was loaded');
  const { sequence } = state;
  const { laterFilter } = delivery;
  const later = idOfLater(delivery, sequence);
  const saysAnother = laterFilter !== null || (await alteredSince(db, delivery, state));
  const idOfAnother = laterFilter === null ? later : `${later}-${laterFilter}`;
  const shown = narrowState(state.body, delivery.filter);
  return {
    body: JSON.stringify(withSentAt(shown, now)),
    sequence,
    webhookId: saysAnother ? idOfAnother : id,
    stateDigest: digestOfState(shown),
  };
}

/** Whether a change since the delivery's own has altered what it shows. */
async function alteredSince(
  db: Database,
  { citizenId, filter, sequence: own }: LoadedDelivery,
  { sequence, alteredSequence }: EffectivePermissions,
): Promise<boolean> {
  if (filter.length === 0 || alteredSequence <= own) return alteredSequence > own;
  const altered = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM "Change" WHERE "citizenId" = ${citizenId}::uuid AND "sequence" > ${own} AND "sequence" <= ${sequence}
      AND "altered" && ${[...filter]}::text[] LIMIT 1`);
  return altered.length > 0;
}

/**
 * Keys of a receipt's entries that newer changes have overridden, where it must leave them out (rule `pause-skips-changes`):
 * the receiver would not hear of one of those changes after this receipt, since it was skipped while the subscription was
 * paused, or its delivery was cancelled; or the receipt is sent again. Then all that are overridden by now are left out, so that
 * the citizen's latest change alone decides what is left.
 */
async function overriddenIn(
  db: Database,
  delivery: LoadedDelivery,
  receipt: ReceiptBody,
): Promise<ReadonlySet<string>> {
  const { citizenId, citizenSequence, subscriptionId, resent } = delivery;
  if (citizenSequence === delivery.sequence) return new Set();
  const rows = await db.$queryRaw<{ key: string; unheard: boolean }[]>(Prisma.sql`
    SELECT "key", bool_or(NOT EXISTS (
      SELECT 1 FROM "Delivery" d WHERE d."changeId" = c."id" AND d."subscriptionId" = ${subscriptionId}::uuid
        AND d."status" <> 'cancelled')) AS "unheard"
    FROM "Change" c CROSS JOIN unnest(c."altered") AS "key"
    WHERE c."citizenId" = ${citizenId}::uuid AND c."sequence" > ${delivery.sequence} AND c."sequence" <= ${citizenSequence}
    GROUP BY "key"`);
  const keys = keysOfReceipt(receipt);
  const overridden = rows.filter(({ key }) => keys.has(key));
  if (!resent && !overridden.some(({ unheard }) => unheard)) return new Set();
  return new Set(overridden.map(({ key }) => key));
}
