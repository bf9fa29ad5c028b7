/** The history of a citizen's consent, change by change. */
import type { Visibility } from '../access/visibility';
import type { Database } from '../platform/database';
import { refusal } from '../platform/errors';
import { formatInstant } from '../platform/instant';
import { MOST_COUNTED } from '../platform/most-counted';
import { ordered, readPage, type Page, type Paging, type Window } from '../platform/paging';

/** One change, with what was recorded in it and where it went. */
export interface ChangeView {
  readonly id: string;
  readonly sequence: number;
  /** `recorded`, `transition` (time passed), `deletion`. */
  readonly kind: string;
  /** Keys of what it altered in effect. */
  readonly altered: readonly string[];
  readonly recordedAt: string;
  readonly transactions: readonly TransactionView[];
  readonly answers: readonly { readonly preference: string; readonly choices: readonly string[] }[];
  readonly deliveries: readonly DeliveryReference[];
}

/** One transaction as the history shows it. */
export interface TransactionView {
  readonly id: string;
  readonly optionType: string;
  readonly optionId: string;
  readonly justification: string;
  readonly state: string;
  readonly channel: string | null;
  readonly recordedByName: string | null;
  readonly obtainedAt: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** A delivery of the change. */
export interface DeliveryReference {
  readonly id: string;
  readonly subscriptionId: string;
  /** Kept when the subscription is deleted. */
  readonly subscriptionName: string;
  readonly subscriptionDeleted: boolean;
  readonly updateType: string;
  readonly status: string;
}

/**
 * A citizen's changes, the latest first.
 * @throws ServiceError `citizen_not_found` for an unknown or deleted citizen.
 */
export async function listChanges(
  db: Database,
  visible: Visibility,
  citizenId: string,
  paging: Paging,
): Promise<Page<ChangeView>> {
  const citizen = await db.citizen.findFirst({
    where: { id: citizenId, deletedAt: null, ...visible.rows() },
    select: { id: true },
  });
  if (!citizen) throw refusal('citizen_not_found');
  return readPage(
    ordered('changes', 'sequence', 'desc', 'number'),
    paging,
    (window) => findChanges(db, citizenId, window),
    // In the order of the index, without which all would be read and sorted.
    () => db.change.count({ where: { citizenId }, orderBy: { sequence: 'desc' }, take: MOST_COUNTED }),
    (row): ChangeView => ({
      ...row,
      recordedAt: row.recordedAt.toISOString(),
      transactions: row.transactions.map(({ obtainedMicros, ...transaction }) => ({
        ...transaction,
        obtainedAt: formatInstant(transaction.obtainedAt, obtainedMicros),
        validFrom: transaction.validFrom?.toISOString() ?? null,
        validUntil: transaction.validUntil?.toISOString() ?? null,
      })),
      answers: row.answers.map(({ preferenceRef, choices }) => ({ preference: preferenceRef, choices })),
      deliveries: row.deliveries.map(({ subscription, ...delivery }) => ({
        ...delivery,
        subscriptionName: subscription.name,
        subscriptionDeleted: subscription.deletedAt !== null,
      })),
    }),
  );
}

function findChanges(db: Database, citizenId: string, { after, ...window }: Window) {
  return db.change.findMany({
    where: { citizenId, AND: after },
    ...window,
    select: {
      id: true,
      sequence: true,
      kind: true,
      altered: true,
      recordedAt: true,
      transactions: {
        orderBy: { position: 'asc' },
        select: {
          id: true,
          optionType: true,
          optionId: true,
          justification: true,
          state: true,
          channel: true,
          recordedByName: true,
          obtainedAt: true,
          obtainedMicros: true,
          validFrom: true,
          validUntil: true,
        },
      },
      answers: { orderBy: { preferenceRef: 'asc' }, select: { preferenceRef: true, choices: true } },
      deliveries: {
        orderBy: { id: 'asc' },
        select: {
          ...{ id: true, subscriptionId: true, updateType: true, status: true },
          subscription: { select: { name: true, deletedAt: true } },
        },
      },
    },
  });
}
