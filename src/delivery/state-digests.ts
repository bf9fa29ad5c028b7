/** What receivers of Effective Permissions hold, beside what is in effect, told by digests (rule `digest-of-what-was-delivered`). */
import type { Visibility } from '../access/visibility';
import { readManyEffectivePermissions } from '../consent/effective-permissions';
import { digestOfState, narrowState } from '../consent/render';
import { orderedAs } from '../outbox/ordering';
import { Prisma, type Database, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { takeUpTo } from '../platform/take-up-to';
import { inScope } from '../subscriptions/resync-scope';

/** Citizens whose states are compared at once. Also how many are looked at for one part, where few differ. */
export const MOST_COMPARED = 500;

/** A state by its digest, and the number of the latest change that it reflects. */
export interface StateDigest {
  readonly digest: string;
  readonly sequence: number;
}

/** A citizen's state, as it was delivered last and as it is. */
export interface ComparedState {
  readonly citizenId: string;
  readonly externalRef: string;
  /** Null: none was, or nothing is known of it. */
  readonly delivered: StateDigest | null;
  readonly current: StateDigest;
  /** Whether the receiver holds another state, or may: a later request failed, and may have arrived. */
  readonly differs: boolean;
}

/** Part of the citizens of a subscription, in the order of their ids. */
export interface DigestsPart {
  /** The last citizen of the part before; undefined: from the first one. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly onlyDifferent?: boolean | undefined;
}

/** A part, and where the next one begins. */
export interface DigestsPage {
  readonly items: readonly ComparedState[];
  readonly compared: number;
  readonly differing: number;
  /** Null: nobody is left. */
  readonly nextCursor: string | null;
}

/** A subscription whose states are compared. */
interface Receiver {
  readonly subscriptionId: string;
  readonly filter: readonly string[];
}

/**
 * Compares the states of some citizens, in their order.
 * @throws ServiceError where there is no such subscription, or it is not of Effective Permissions.
 */
export async function readStateDigests(
  db: Database,
  visible: Visibility,
  subscriptionId: string,
  { after, limit, onlyDifferent = false }: DigestsPart,
): Promise<DigestsPage> {
  const subscription = await db.subscription.findFirst({
    where: { id: subscriptionId, deletedAt: null, ...visible.rows() },
  });
  if (!subscription) throw refusal('subscription_not_found');
  if (subscription.updateType !== 'effective-permission') throw refusal('digest_not_supported');
  const most = onlyDifferent ? MOST_COMPARED : limit;
  const ids = await citizensAfter(db, subscription.applicationId, after, most + 1);
  const receiver = { subscriptionId, filter: subscription.filter };
  const compared = await compareStates(db, receiver, ids.slice(0, most));
  const { taken, passed } = takeUpTo(limit, compared, (one) =>
    one.differs || !onlyDifferent ? one : undefined,
  );
  return {
    items: taken,
    compared: passed,
    differing: taken.filter(({ differs }) => differs).length,
    nextCursor:
      passed < compared.length || ids.length > most ? (compared[passed - 1]?.citizenId ?? null) : null,
  };
}

/** Compares the states of these citizens, in the order of their ids; those who were deleted are left out. */
export async function compareStates(
  tx: Database | Tx,
  { subscriptionId, filter }: Receiver,
  citizenIds: readonly string[],
): Promise<ComparedState[]> {
  if (citizenIds.length === 0) return [];
  // Before the states: what is delivered meanwhile then differs, and is never taken for what was there before.
  const delivered = new Map(
    (await readDelivered(tx, subscriptionId, citizenIds)).map((row) => [row.id, row]),
  );
  const states = await readManyEffectivePermissions(tx, citizenIds);
  return states
    .map(({ body, sequence }) => {
      const { citizenId, externalRef } = body;
      const current = { digest: digestOfState(narrowState(body, filter)), sequence };
      const last = delivered.get(citizenId);
      return {
        ...{ citizenId, externalRef, current },
        delivered: last ? { digest: last.digest, sequence: last.sequence } : null,
        differs: !last?.isLatest || last.digest !== current.digest,
      };
    })
    .sort((a, b) => (a.citizenId < b.citizenId ? -1 : 1));
}

interface DeliveredState extends StateDigest {
  readonly id: string;
  /** Nothing was sent since. */
  readonly isLatest: boolean;
}

function readDelivered(
  tx: Database | Tx,
  subscriptionId: string,
  citizenIds: readonly string[],
): Promise<DeliveredState[]> {
  return tx.$queryRaw<DeliveredState[]>(Prisma.sql`
    SELECT d."id", k."stateDigest" AS "digest", k."deliveredSequence" AS "sequence",
      k."deliveredSequence" = k."sentSequence" AS "isLatest"
    FROM (SELECT "id", "id" AS "citizenId", "orderedAs" FROM "Citizen" WHERE "id" = ANY(${[...citizenIds]}::uuid[])) d
    JOIN "OrderingKey" k ON k."subscriptionId" = ${subscriptionId}::uuid AND k."citizenId" = ${orderedAs('d')}
    WHERE k."stateDigest" IS NOT NULL`);
}

async function citizensAfter(
  db: Database,
  applicationId: string,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT c."id" FROM "Citizen" c
    WHERE c."applicationId" = ${applicationId} AND ${inScope(null)}
      ${after === undefined ? Prisma.empty : Prisma.sql`AND c."id" > ${after}::uuid`}
    ORDER BY c."id" LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}
