/** The delivery log: what was sent, what waits, and why it waits. */
import type { Visibility } from '../access/visibility';
import { deliveryWorkflowId, type DeliveryStatus } from '../../workflows/deliver-webhook/contract';
import { tokenOf } from '../consent/render';
import { inBatches } from '../platform/batches';
import { Prisma, type Database } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { MOST_COUNTED } from '../platform/most-counted';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { readReasons, type Reason } from '../platform/reasons';
import { readNoToken } from '../subscriptions/health';
import { NAMED, showName } from '../subscriptions/named';
import type { NoAccessToken, UpdateType } from '../subscriptions/schema';
import { actionsOn, type DeliveryAction } from './actions';
import { isErased, newestAttempts, type AttemptView } from './attempt-log';
import type { DeliveryFilters } from './delivery-filters';
import { createScrubber } from './http/scrub';
import { countSelected, readSelected, selectDeliveries, type Part } from './selection';
import { deliveriesUrl, workflowUrl, type TemporalLinks } from './temporal-links';
import { readWaitedFor } from './waited-for';
import { readWaitsFor, type WaitsFor } from './waits-for';

/** A delivery as a table shows it. */
export type DeliveryRow = {
  readonly id: string;
  readonly subscriptionId: string;
  /** Kept when the subscription is deleted. */
  readonly subscriptionName: string;
  readonly subscriptionDeleted: boolean;
  readonly applicationId: string;
  readonly citizenId: string;
  /** The citizen's reference; null once the citizen is deleted. */
  readonly externalRef: string | null;
  readonly changeId: string;
  readonly sequence: number;
  readonly updateType: UpdateType;
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  readonly attemptCount: number;
  readonly cycle: number;
  readonly lastStatusCode: number | null;
  readonly lastError: string | null;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
  readonly workflowId: string;
  readonly temporalUrl: string;
};

/** A delivery as REST shows it. */
export type DeliveryView = DeliveryRow & {
  readonly reasonCodes: readonly Reason[] | null;
  readonly lastErrorCodes: readonly Reason[] | null;
};

/** A page of deliveries, and where Temporal shows the same. */
export type DeliveryPage = Page<DeliveryView> & { readonly temporalUrl: string | null };

/** A page of deliveries, newest first. */
export async function listDeliveries(
  db: Database,
  visible: Visibility,
  links: TemporalLinks,
  filters: DeliveryFilters & Paging,
): Promise<DeliveryPage> {
  const selection = await selectDeliveries(db, visible, filters);
  const page = await readPage(
    newestFirst('deliveries'),
    filters,
    ({ skip, take }, place) =>
      readSelected<Row>(db, selection, COLUMNS, { skip, take, behind: place as Part['behind'] }),
    () => countSelected(db, selection, MOST_COUNTED),
    (row) => row,
  );
  const items = (await show(db, page.items, links)).map(withCodes);
  return { ...page, items, temporalUrl: deliveriesUrl(links, filters) };
}

/** All deliveries that match, the newest first, batch by batch. */
export async function* allDeliveries(
  db: Database,
  visible: Visibility,
  links: TemporalLinks,
  filters: DeliveryFilters,
): AsyncGenerator<readonly DeliveryRow[]> {
  const selection = await selectDeliveries(db, visible, filters);
  const batches = inBatches<Row>((last, take) =>
    readSelected(db, selection, COLUMNS, { skip: 0, take, behind: last && [last.createdAt, last.id] }),
  );
  for await (const rows of batches) yield await show(db, rows, links);
}

/**
 * One delivery with the newest of its attempts, the oldest of them first.
 * @throws ServiceError `delivery_not_found`
 */
export async function getDelivery(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  links: TemporalLinks,
  id: string,
): Promise<
  DeliveryView & {
    actions: DeliveryAction[];
    attempts: AttemptView[];
    attemptsTotal: number;
    noAccessToken: NoAccessToken | null;
    waitsFor: WaitsFor | null;
    waitedForId: string | null;
  }
> {
  const found = await db.delivery.findFirst({
    where: { id, ...visible.rows() },
    select: {
      ...VIEWED,
      citizen: { select: { externalRef: true, deletedAt: true } },
      subscription: { select: NAMED },
    },
  });
  if (!found) throw refusal('delivery_not_found');
  const { citizen, subscription, ...row } = found;
  const unfinished = row.finishedAt === null;
  const noAccessToken = unfinished ? await readNoToken(db, row.subscriptionId) : null;
  const attempts = await newestAttempts(db, sealer, found);
  return {
    ...withCodes(view(row, { citizen, subscription }, links)),
    actions: await actionsOn(db, visible, id),
    ...attempts,
    noAccessToken,
    waitsFor: unfinished ? await readWaitsFor(db, id, noAccessToken) : null,
    waitedForId: await readWaitedFor(db, id, attempts.attempts),
  };
}

/**
 * The body of a delivery: what was last sent, or what will be, where that is fixed already; null where it is not, or was
 * erased. The link of a confirmation is masked: the receiver alone gets it, or whoever may look could confirm for the citizen.
 * @throws ServiceError `delivery_not_found`
 */
export async function getDeliveryPayload(
  db: Database,
  visible: Visibility,
  sealer: Sealer,
  id: string,
): Promise<Record<string, unknown> | null> {
  const row = await db.delivery.findFirst({
    where: { id, ...visible.rows() },
    select: {
      bodySealed: true,
      citizen: { select: { deletedAt: true } },
      change: { select: { kind: true } },
    },
  });
  if (!row) throw refusal('delivery_not_found');
  if (row.bodySealed === null || (isErased(row.citizen) && row.change.kind !== 'deletion')) return null;
  const text = sealer.open(row.bodySealed, 'payload');
  const body = JSON.parse(text) as Record<string, unknown>;
  if (typeof body.confirmUrl !== 'string') return body;
  const scrub = createScrubber([tokenOf(body.confirmUrl)]);
  return JSON.parse(text, (_name, value: unknown) =>
    typeof value === 'string' ? scrub(value) : value,
  ) as Record<string, unknown>;
}

const VIEWED = {
  id: true,
  subscriptionId: true,
  applicationId: true,
  citizenId: true,
  changeId: true,
  sequence: true,
  updateType: true,
  status: true,
  reason: true,
  attemptCount: true,
  cycle: true,
  lastStatusCode: true,
  lastError: true,
  createdAt: true,
  nextAttemptAt: true,
  finishedAt: true,
} as const satisfies Prisma.DeliverySelect;

/** SQL: the same columns of the delivery `d`. */
const COLUMNS = Prisma.join(Object.keys(VIEWED).map((column) => Prisma.raw(`d."${column}"`)));

type Row = Prisma.DeliveryGetPayload<{ select: typeof VIEWED }>;

/** Citizens and subscriptions are read by separate statements, so one that was purged just before is missing. */
async function show(db: Database, rows: readonly Row[], links: TemporalLinks): Promise<DeliveryRow[]> {
  const idsOf = (of: (row: Row) => string): { id: { in: string[] } } => ({
    id: { in: [...new Set(rows.map(of))] },
  });
  const [citizens, subscriptions] = await Promise.all([
    db.citizen.findMany({
      where: idsOf(({ citizenId }) => citizenId),
      select: { id: true, externalRef: true },
    }),
    db.subscription.findMany({
      where: idsOf(({ subscriptionId }) => subscriptionId),
      select: { id: true, ...NAMED },
    }),
  ]);
  const [citizenOf, subscriptionOf] = [byId(citizens), byId(subscriptions)];
  return rows.map((row) =>
    view(
      row,
      { citizen: citizenOf.get(row.citizenId), subscription: subscriptionOf.get(row.subscriptionId) },
      links,
    ),
  );
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** What a delivery is shown with; none of it where it was purged just now. */
interface Named {
  readonly citizen: { readonly externalRef: string | null } | null | undefined;
  readonly subscription: { readonly name: string; readonly deletedAt: Date | null } | undefined;
}

const PURGED = { name: '', deletedAt: new Date(0) };

function view(row: Row, { citizen, subscription }: Named, links: TemporalLinks): DeliveryRow {
  const workflowId = deliveryWorkflowId(row.id);
  return {
    ...row,
    ...showName(subscription ?? PURGED),
    externalRef: citizen?.externalRef ?? null,
    updateType: row.updateType as UpdateType,
    status: row.status as DeliveryStatus,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    workflowId,
    temporalUrl: workflowUrl(links, workflowId),
  };
}

function withCodes(row: DeliveryRow): DeliveryView {
  return { ...row, reasonCodes: readReasons(row.reason), lastErrorCodes: readReasons(row.lastError) };
}
