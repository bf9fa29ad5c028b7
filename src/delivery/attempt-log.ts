/** The attempts of a delivery as REST shows them. However many there are, an answer holds a bounded number. */
import type { Visibility } from '../access/visibility';
import type { CycleReason } from '../outbox/cycle-reasons';
import type { Database, Prisma, Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { readReasons, type Reason } from '../platform/reasons';
import type { KeptAnswer } from './http/redact';
import { showAnswer } from './kept-answer';

/**
 * One POST as REST shows it. `cut-off`: a crash ended it, and whether it arrived is unknown. `given-back`: not made, or given up,
 * for a reason of ours that `error` tells.
 */
export interface AttemptView {
  readonly at: string;
  readonly attempt: number;
  readonly cycle: number;
  /** Why the cycle began, on its first attempt. */
  readonly cycleReason: CycleReason | null;
  readonly outcome: 'delivered' | 'failed' | 'given-back' | 'in-flight' | 'cut-off';
  readonly durationMs: number | null;
  /** The wait that the endpoint asked for, in milliseconds. */
  readonly retryAfterMs: number | null;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly errorCodes: readonly Reason[] | null;
  readonly requestHeaders: Record<string, string>;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
  /** Only the beginning of the body is shown; {@link getAttempt} shows all that is kept of it. */
  readonly responseBodyShortened: boolean;
}

/** Attempts that are shown with their delivery. */
export const NEWEST = 50;
/** Characters of a body that a list shows of each attempt. */
export const BODY_BEGINNING = 2_000;

/** What a delivery says of its attempts. */
export interface DeliveryOfAttempts extends Pick<Prisma.DeliveryModel, 'id' | 'status' | 'attemptCount'> {
  readonly citizen: CitizenOfRow;
}

/** A row's citizen; null: purged just now. */
export type CitizenOfRow = { readonly deletedAt: Date | null } | null;

/** Whether what was kept of a citizen counts as erased, though some of it is yet to be (rule `citizen-deletion`). */
export function isErased(citizen: CitizenOfRow): boolean {
  return citizen?.deletedAt !== null;
}

/** The newest attempts of a delivery, the oldest of them first, and how many are kept in all. */
export async function newestAttempts(
  tx: Tx,
  sealer: Sealer,
  delivery: DeliveryOfAttempts,
): Promise<{ attempts: AttemptView[]; attemptsTotal: number }> {
  const where = { deliveryId: delivery.id };
  const [rows, attemptsTotal] = await Promise.all([
    tx.attempt.findMany({ where, orderBy: { attempt: 'desc' }, take: NEWEST }),
    tx.attempt.count({ where }),
  ]);
  return { attempts: rows.reverse().map((row) => shortened(view(row, delivery, sealer))), attemptsTotal };
}

/**
 * A page of a delivery's attempts, the oldest first.
 * @throws ServiceError `delivery_not_found`
 */
export async function listAttempts(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  id: string,
  paging: Paging,
): Promise<Page<AttemptView>> {
  const delivery = await deliveryOf(db, visible, id);
  const where = { deliveryId: id };
  return readPage(
    ordered('attempts', 'attempt', 'asc', 'number'),
    paging,
    ({ after, ...window }) => db.attempt.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.attempt.count({ where }),
    (row) => shortened(view(row, delivery, sealer)),
  );
}

/**
 * One attempt by its number, with all that is kept of the answer's body.
 * @throws ServiceError `delivery_not_found`, `attempt_not_found`
 */
export async function getAttempt(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  id: string,
  attempt: number,
): Promise<AttemptView> {
  const delivery = await deliveryOf(db, visible, id);
  const row = await db.attempt.findUnique({
    where: { deliveryId_attempt: { deliveryId: id, attempt } },
  });
  if (!row) throw refusal('attempt_not_found');
  return view(row, delivery, sealer);
}

async function deliveryOf(db: Database, visible: Visibility, id: string): Promise<DeliveryOfAttempts> {
  const delivery = await db.delivery.findFirst({
    where: { id, ...visible.rows() },
    select: { id: true, status: true, attemptCount: true, citizen: { select: { deletedAt: true } } },
  });
  if (!delivery) throw refusal('delivery_not_found');
  return delivery;
}

const NOTHING_KEPT: KeptAnswer = { headers: null, body: null };

function view(row: Prisma.AttemptModel, delivery: DeliveryOfAttempts, sealer: Sealer): AttemptView {
  const kept = isErased(delivery.citizen) ? NOTHING_KEPT : showAnswer(sealer, row);
  return {
    at: row.at.toISOString(),
    attempt: row.attempt,
    cycle: row.cycle,
    cycleReason: row.cycleReason as CycleReason | null,
    outcome: outcomeOf(row, delivery),
    durationMs: row.durationMs,
    retryAfterMs: row.retryAfterMs,
    statusCode: row.statusCode,
    error: row.error,
    errorCodes: readReasons(row.error),
    requestHeaders: row.requestHeaders as Record<string, string>,
    responseHeaders: kept.headers,
    responseBody: kept.body,
    responseBodyShortened: false,
  };
}

function shortened(attempt: AttemptView): AttemptView {
  const { responseBody } = attempt;
  if (responseBody === null || responseBody.length <= BODY_BEGINNING) return attempt;
  return { ...attempt, responseBody: responseBody.slice(0, BODY_BEGINNING), responseBodyShortened: true };
}

function outcomeOf(
  attempt: { readonly outcome: string | null; readonly attempt: number },
  delivery: DeliveryOfAttempts,
): AttemptView['outcome'] {
  const { outcome } = attempt;
  if (outcome === 'delivered' || outcome === 'failed' || outcome === 'given-back') return outcome;
  return attempt.attempt === delivery.attemptCount && delivery.status === 'delivering'
    ? 'in-flight'
    : 'cut-off';
}
