/** What is remembered of requests that carry an `Idempotency-Key`: the answer encrypted, and fingerprints of the key and the body. */
import { createHash } from 'node:crypto';
import { Prisma, type Database } from './database';
import type { Sealer } from './encryption';
import { refusal } from './errors';
import { executeBehind, type StatementTx } from './statement-transaction';

/** How long a key is remembered, by the database's clock: processes may have others. */
const LIFE = Prisma.sql`interval '24 hours'`;

/** What a key is known by; keys of different callers never meet. */
export interface KnownKey {
  readonly callerId: string;
  /** Method and pattern of the route. */
  readonly route: string;
  readonly key: string;
}

/** What is answered, now and at each repetition. */
export interface IdempotentAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** An answer that is kept, and for how long it has been. */
export type KeptAnswer<T> = IdempotentAnswer<T> & { readonly ageMs: number };

/**
 * Locks the key until the transaction ends. It is not waited for: the caller learns at once that the first is running.
 * A process of a version before locks the same, so that beside it nothing is done twice.
 * @throws ServiceError `idempotency_in_progress`
 */
export async function lockKey(tx: StatementTx, { callerId, route, key }: KnownKey): Promise<void> {
  const name = JSON.stringify(['idempotency', callerId, route, key]);
  const [row] = await tx.$queryRaw<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) AS locked`;
  if (!row?.locked) throw stillRunning();
}

/** The first request with the key has not been answered yet. */
export function stillRunning(): Error {
  return refusal('idempotency_in_progress');
}

/**
 * The answer kept for the key, if any. Versions before have stored the key as it was given: theirs is found too, as long as it is kept.
 * @throws ServiceError `idempotency_conflict` where the key was used with another body.
 */
export async function findAnswer<T>(
  tx: StatementTx,
  sealer: Sealer,
  key: KnownKey,
  body: unknown,
): Promise<KeptAnswer<T> | undefined> {
  const [stored] = await tx.$queryRaw<StoredAnswer[]>(Prisma.sql`
    SELECT "requestHash", "statusCode", "answerSealed",
      (extract(epoch FROM now() - "createdAt") * 1000)::float8 AS "ageMs" FROM "IdempotencyKey"
    WHERE "callerId" = ${key.callerId}::uuid AND "route" = ${key.route}
      AND "key" IN (${fingerprintOf(sealer, key)}, ${key.key}) AND "createdAt" > now() - ${LIFE}
    ORDER BY "createdAt" DESC`);
  if (!stored) return undefined;
  if (sealer.open(stored.requestHash, 'answer') !== hashOf(body)) throw refusal('idempotency_conflict');
  const answer = JSON.parse(sealer.open(stored.answerSealed, 'answer')) as T;
  return { status: stored.statusCode, body: answer, ageMs: stored.ageMs };
}

interface StoredAnswer {
  readonly requestHash: string;
  readonly statusCode: number;
  readonly answerSealed: string;
  readonly ageMs: number;
}

/** Keeps an answer, in place of an older one. @param createdAt as of which; by default, now */
export async function keepAnswer(
  tx: StatementTx,
  sealer: Sealer,
  key: KnownKey,
  requestBody: unknown,
  answer: IdempotentAnswer<unknown>,
  createdAt?: Date,
): Promise<void> {
  // Encrypted too: a body may hold a password, which a bare hash would let somebody guess.
  const requestHash = sealer.seal(hashOf(requestBody), 'answer');
  const answerSealed = sealer.seal(JSON.stringify(answer.body ?? null), 'answer');
  await executeBehind(
    tx,
    Prisma.sql`
      INSERT INTO "IdempotencyKey" ("callerId", "route", "key", "requestHash", "statusCode", "answerSealed", "createdAt")
      VALUES (${key.callerId}::uuid, ${key.route}, ${fingerprintOf(sealer, key)}, ${requestHash}, ${answer.status},
        ${answerSealed}, coalesce(${createdAt ?? null}::timestamptz, now()))
      ON CONFLICT ("callerId", "route", "key") DO UPDATE SET
        ("requestHash", "statusCode", "answerSealed", "createdAt") =
          (excluded."requestHash", excluded."statusCode", excluded."answerSealed", excluded."createdAt")`,
  );
}

/** Frees a key under which something was kept, whose request came to nothing. @param createdAt as of which it was kept */
export async function forgetAnswer(
  tx: StatementTx,
  sealer: Sealer,
  key: KnownKey,
  { status, createdAt }: { readonly status: number; readonly createdAt: Date },
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM "IdempotencyKey" WHERE "callerId" = ${key.callerId}::uuid AND "route" = ${key.route}
      AND "key" = ${fingerprintOf(sealer, key)} AND "statusCode" = ${status} AND "createdAt" = ${createdAt}::timestamptz`);
}

/** Forgets keys whose time is over. */
export async function purgeIdempotencyKeys(db: Database): Promise<number> {
  return db.$executeRaw(Prisma.sql`DELETE FROM "IdempotencyKey" WHERE "createdAt" <= now() - ${LIFE}`);
}

/**
 * What stands for the key in the database: callers put names and tokens in it. It stays the same when the encryption key is changed,
 * and differs between callers who send the same.
 */
function fingerprintOf(sealer: Sealer, { callerId, route, key }: KnownKey): string {
  return sealer.fingerprints(JSON.stringify([callerId, route, key]), 'idempotency-key')[0];
}

/** The same for every order of members. */
function hashOf(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortMembers(body)) ?? '')
    .digest('hex');
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member)]));
}
