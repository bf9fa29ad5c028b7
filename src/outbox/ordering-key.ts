/**
 * One request of an ordering key at a time, whatever it is of: a change, a resend, a resync (rule `one-in-flight`).
 *
 * The key has a row (`OrderingKey`, made by its first attempt) that every attempt takes in the statement that begins it, and
 * that whoever ends the attempt frees. `d` is a delivery, `k` its key, `a` an attempt of `d`:
 *
 * ```
 * begin  lock d, then k.  If d is unfinished, unchanged since it was loaded and not blocked, its subscription active,
 *                         k free, and the number to send not below k.sentSequence:
 *                         k.attempt := a · k.sentSequence := the number · d delivering · insert a
 *                         else nothing: load d again
 * end    lock d, then k.  a has its outcome · d delivered, waiting, … · if k.attempt = a: k.attempt := none;
 *                         if k.awaited: signal the earliest unfinished delivery of the key
 * park   lock d, then k.  If k.attempt is still the one that d was seen to wait for: k.awaited := true · d blocked
 *                         else load d again
 * ```
 *
 * `k` is free where it has no attempt, or `attemptUntil` has passed: a request that a crash cut off holds up nobody for longer
 * than a request can last, and one that waits for it looks again by then by itself. A delivery waits so only where none
 * before it is unfinished; else it waits for that one to finish (`ordering.ts`), which `Delivery.awaited` marks in the same way.
 *
 * Rows are locked in the order citizen, subscriptions, deliveries (`LOCK_ORDER`), keys. Who holds a key waits for no delivery.
 */
import { Prisma, type Tx } from '../platform/database';
import { TABLES } from './entries';
import { ofOneKey, orderedAs, SIGNAL_UNBLOCKED, UNFINISHED } from './ordering';

/** SQL condition: the row is the key of the delivery. */
export function isKeyOf(key: string, delivery: string): Prisma.Sql {
  const k = Prisma.raw(key);
  const d = Prisma.raw(delivery);
  return Prisma.sql`${k}."subscriptionId" = ${d}."subscriptionId" AND ${k}."citizenId" = ${orderedAs(delivery)}`;
}

/** SQL condition: no request of the key `k` is in flight. */
const IS_FREE = Prisma.sql`(k."attemptId" IS NULL OR k."attemptUntil" <= clock_timestamp())`;

/** SQL condition: a request of the ordering key of the delivery `d` may be in flight. */
export const HAS_ATTEMPT_IN_FLIGHT = Prisma.sql`
  EXISTS (SELECT 1 FROM "OrderingKey" k WHERE ${isKeyOf('k', 'd')} AND NOT ${IS_FREE})`;

/** An attempt that may be in flight. */
export interface AttemptInFlight {
  readonly attemptId: string;
  readonly deliveryId: string;
  /** Milliseconds until its request is surely over. */
  readonly forMs: number;
}

/** SQL: the {@link AttemptInFlight} of the key `k`; null where it is free, or not there. */
export const IN_FLIGHT = Prisma.sql`
  CASE WHEN NOT ${IS_FREE} THEN jsonb_build_object('attemptId', k."attemptId", 'deliveryId', k."deliveryId",
    'forMs', greatest(1, ceil(extract(epoch FROM k."attemptUntil" - clock_timestamp()) * 1000)::int)) END`;

/**
 * SQL: queries for a WITH, of which `taken` has the `attemptId` of those attempts whose keys were free, and takes these. Of
 * several attempts for one key the earliest delivery's is made.
 *
 * They read `wanted`: deliveries (`id`, `sequence`, `subscriptionId`, `keyCitizenId`) that this statement has locked, with the
 * attempt to make of each (`attemptId`, `number`).
 * @param longestMs from now to the surely last moment of a request
 * @param waits whether it waits for keys that somebody else has locked, or passes over them
 */
export function takeKeys(longestMs: number, waits: boolean): Prisma.Sql {
  const same = Prisma.sql`k."subscriptionId" = f."subscriptionId" AND k."citizenId" = f."keyCitizenId"`;
  return Prisma.sql`
    first AS (
      SELECT DISTINCT ON ("subscriptionId", "keyCitizenId") * FROM wanted
      ORDER BY "subscriptionId", "keyCitizenId", "sequence", "id"
    ), held AS (
      SELECT f."attemptId" FROM first f JOIN "OrderingKey" k ON ${same}
      WHERE ${IS_FREE} FOR NO KEY UPDATE OF k ${waits ? Prisma.empty : Prisma.sql`SKIP LOCKED`}
    ), taken AS (
      INSERT INTO "OrderingKey" AS k ("subscriptionId", "citizenId", "sentSequence", "attemptId", "deliveryId", "attemptUntil")
      SELECT f."subscriptionId", f."keyCitizenId", f."number", f."attemptId", f."id",
        clock_timestamp() + ${longestMs}::float8 * interval '1 millisecond'
      FROM first f
      WHERE EXISTS (SELECT 1 FROM held WHERE held."attemptId" = f."attemptId")
        OR NOT EXISTS (SELECT 1 FROM "OrderingKey" k WHERE ${same})
      ON CONFLICT ("subscriptionId", "citizenId") DO UPDATE
      SET "sentSequence" = EXCLUDED."sentSequence", "attemptId" = EXCLUDED."attemptId",
          "deliveryId" = EXCLUDED."deliveryId", "attemptUntil" = EXCLUDED."attemptUntil", "awaited" = false
      -- What counts is the row as it is now that it is locked, and not as it was when the statement began.
      WHERE ${IS_FREE} AND k."sentSequence" <= EXCLUDED."sentSequence"
      RETURNING k."attemptId"
    )`;
}

/**
 * SQL: further assignments to a key `k` that is freed since its attempt was delivered: what its receiver holds now (rule
 * `digest-of-what-was-delivered`). A failed one leaves the number behind that of `sentSequence`, since it may have arrived.
 * @param digest of the state that the request showed; null: none
 */
export function alsoDelivered(digest: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`, "deliveredSequence" = k."sentSequence", "stateDigest" = ${digest}`;
}

/**
 * Frees the key of an attempt that is over, and has the delivery that waits for it go on: the earliest unfinished one. Call it
 * last in the transaction that ends the attempt. Nothing happens where the attempt was over before, or had its limit pass.
 *
 * It passes over a delivery that is locked: who holds the lock is about to look at the key, or to finish the delivery. So
 * nobody waits for a delivery with a key held.
 * @param delivered where it was
 */
export async function freeKey(
  tx: Tx,
  deliveryId: string,
  attemptId: string,
  delivered?: { readonly stateDigest?: string | null },
): Promise<void> {
  const also = delivered
    ? alsoDelivered(Prisma.sql`${delivered.stateDigest ?? null}::varchar`)
    : Prisma.empty;
  const [freed] = await tx.$queryRaw<{ awaited: boolean }[]>(Prisma.sql`
    WITH held AS (
      SELECT k."subscriptionId", k."citizenId", k."awaited" FROM "Delivery" d JOIN "OrderingKey" k ON ${isKeyOf('k', 'd')}
      WHERE d."id" = ${deliveryId}::uuid AND k."attemptId" = ${attemptId}::uuid FOR NO KEY UPDATE OF k
    )
    UPDATE "OrderingKey" k SET "attemptId" = NULL, "awaited" = false ${also} FROM held
    WHERE k."subscriptionId" = held."subscriptionId" AND k."citizenId" = held."citizenId"
    RETURNING held."awaited"`);
  if (!freed?.awaited) return;
  await tx.$executeRaw(Prisma.sql`
    WITH earliest AS (
      SELECT p."id" FROM "Delivery" d JOIN "Delivery" p ON ${ofOneKey('p', 'd')}
      WHERE d."id" = ${deliveryId}::uuid AND p.${UNFINISHED}
      ORDER BY p."sequence", p."id" LIMIT 1
    ), waiting AS (
      SELECT p."id" FROM "Delivery" p JOIN earliest ON earliest."id" = p."id"
      WHERE p."status" = 'blocked' FOR UPDATE OF p SKIP LOCKED
    )
    UPDATE ${TABLES.delivery.table} SET ${SIGNAL_UNBLOCKED} WHERE "id" IN (SELECT "id" FROM waiting)`);
}
