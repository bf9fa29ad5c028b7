/** `Idempotency-Key`: a POST that is repeated does nothing twice, and gets the same answer. */
import { databaseNow, type Database } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import {
  findAnswer,
  forgetAnswer,
  keepAnswer,
  lockKey,
  stillRunning,
  type IdempotentAnswer,
  type KnownKey,
} from '../platform/idempotency-store';
import { inTransaction, type StatementTx } from '../platform/statement-transaction';

export { purgeIdempotencyKeys } from '../platform/idempotency-store';

/** A request with its key. */
export type IdempotentRequest = Omit<KnownKey, 'key'> & {
  /** Undefined: nothing is remembered. */
  readonly key: string | undefined;
  /** Everything that makes two requests the same: path parameters and body. */
  readonly body: unknown;
};

/** An answer, and whether it is that of an earlier request. */
export type Answered<T> = IdempotentAnswer<T> & { readonly replayed: boolean };

/** Runs work in a transaction of either kind: Prisma's, or one of statements alone. */
export type RunTransaction<Tx extends StatementTx> = <R>(work: (tx: Tx) => Promise<R>) => Promise<R>;

/**
 * Runs `work` in a transaction, once per key. What it did and the answer to repetitions commit together, so there is no
 * moment at which a repetition does it again. A refusal (an error thrown by `work`) stores nothing: the key stays free.
 * @throws ServiceError `idempotency_conflict` where the key was used for another request, `idempotency_in_progress`
 *   where its first request is still running.
 */
export async function runIdempotent<T, Tx extends StatementTx>(
  transact: RunTransaction<Tx>,
  sealer: Sealer,
  { callerId, route, key, body }: IdempotentRequest,
  work: (tx: Tx) => Promise<IdempotentAnswer<T>>,
): Promise<Answered<T>> {
  return transact(async (tx) => {
    if (key === undefined) return { ...(await work(tx)), replayed: false };
    const known = { callerId, route, key };
    await lockKey(tx, known);
    const kept = await findAnswer<T>(tx, sealer, known, body);
    if (kept) return { status: kept.status, body: kept.body, replayed: true };
    const answer = await work(tx);
    await keepAnswer(tx, sealer, known, body, answer);
    return { ...answer, replayed: false };
  });
}

/** In place of a status, while the first request of {@link actIdempotent} runs. */
const RUNNING = 0;
/** A key claimed for longer than this was left by a process that died: no request takes so long. Milliseconds. */
const ABANDONED_MS = 120_000;

/**
 * Runs `work` outside of any transaction, once per key: claimed before, answered after. A refusal (an error thrown by
 * `work`) frees the key. A process that dies in the middle leaves the key taken for two minutes, after which a
 * repetition does the work again.
 * @throws ServiceError as {@link runIdempotent} does.
 */
export async function actIdempotent<T>(
  db: Database,
  sealer: Sealer,
  { callerId, route, key, body }: IdempotentRequest,
  work: () => Promise<IdempotentAnswer<T>>,
): Promise<Answered<T>> {
  if (key === undefined) return { ...(await work()), replayed: false };
  const known = { callerId, route, key };
  let createdAt = new Date(0);
  const kept = await inTransaction(db, async (tx) => {
    await lockKey(tx, known);
    createdAt = await databaseNow(tx);
    const found = await findAnswer<T>(tx, sealer, known, body);
    if (found && found.status !== RUNNING) return found;
    if (found && found.ageMs < ABANDONED_MS) throw stillRunning();
    await keepAnswer(tx, sealer, known, body, { status: RUNNING, body: null }, createdAt);
    return undefined;
  });
  if (kept) return { status: kept.status, body: kept.body, replayed: true };
  try {
    const answer = await work();
    await keepAnswer(db, sealer, known, body, answer, createdAt);
    return { ...answer, replayed: false };
  } catch (error) {
    await forgetAnswer(db, sealer, known, { status: RUNNING, createdAt });
    throw error;
  }
}
