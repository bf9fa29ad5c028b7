/** The body of one attempt, by the delivery's type. */
import {
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

/** A body and the number of the latest change it reflects (`x-cpm-sequence`, rule `body-as-documented`). */
export interface RenderedBody {
  readonly body: string;
  readonly sequence: number;
  /** What must not be kept of an answer that echoes the body. */
  readonly secrets?: readonly string[];
}

/** What rendering reads from, and opens stored bodies with. */
export interface RenderContext {
  readonly db: Database;
  readonly statements: Pick<AttemptStatements, 'readState'>;
  readonly sealer: Sealer;
}

/**
 * Renders what is to be sent now. Effective Permissions show the state of this moment, so that a delayed delivery never
 * carries an older one than the receiver could already know; receipts were fixed with their change (rule `rendered-when-sent`).
 * Undefined when nothing is left to say.
 */
export async function renderBody(
  { db, statements, sealer }: RenderContext,
  delivery: LoadedDelivery,
): Promise<RenderedBody | undefined> {
  if (delivery.updateType === 'effective-permission' && delivery.changeKind !== 'deletion') {
    const state = await statements.readState(delivery.citizenId);
    if (!state) throw new Error('the citizen was deleted since the delivery was loaded');
    return { body: JSON.stringify(withSentAt(state.body, delivery.now)), sequence: state.sequence };
  }
  if (delivery.bodySealed === null) return undefined;
  const { sequence } = delivery;
  const stored: unknown = JSON.parse(sealer.open(delivery.bodySealed, 'payload'));
  if (delivery.emailId !== null) {
    const email = stored as CitizenEmailBody;
    return {
      body: JSON.stringify(withSentAt(email, delivery.now)),
      sequence,
      secrets: secretsOfEmail(email),
    };
  }
  const fixed = stored as ReceiptBody;
  if (delivery.updateType !== 'consent-receipts' || delivery.citizenSequence === sequence) {
    return { body: JSON.stringify(withSentAt(fixed, delivery.now)), sequence };
  }
  const left = pruneReceipt(fixed, await overriddenKeys(db, delivery));
  if (!left) return undefined;
  return { body: JSON.stringify(withSentAt(left, delivery.now)), sequence };
}

/**
 * Keys that a newer change has overridden and that the receiver would not hear of after this receipt: changes skipped while
 * the subscription was paused and deliveries that were cancelled (rule `pause-skips-changes`); for a receipt sent again, every newer one.
 */
async function overriddenKeys(db: Database, delivery: LoadedDelivery): Promise<ReadonlySet<string>> {
  const unheard = delivery.resent
    ? Prisma.empty
    : Prisma.sql`AND NOT EXISTS (
        SELECT 1 FROM "Delivery" d WHERE d."changeId" = c."id" AND d."subscriptionId" = ${delivery.subscriptionId}::uuid
          AND d."status" <> 'cancelled')`;
  const rows = await db.$queryRaw<{ key: string }[]>(Prisma.sql`
    SELECT DISTINCT unnest(c."altered") AS "key" FROM "Change" c
    WHERE c."citizenId" = ${delivery.citizenId}::uuid AND c."sequence" > ${delivery.sequence} ${unheard}`);
  return new Set(rows.map(({ key }) => key));
}
