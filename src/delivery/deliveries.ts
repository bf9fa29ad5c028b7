/** The delivery log: what was sent, what waits, and why it waits. */
import type { Visibility } from '../access/visibility';
import { deliveryWorkflowId, type DeliveryStatus } from '../../workflows/deliver-webhook/contract';
import { tokenOf } from '../consent/render';
import type { Database, Prisma } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newestFirst, readPage, type Page } from '../platform/paging';
import { readNoToken } from '../subscriptions/health';
import type { NoAccessToken, UpdateType } from '../subscriptions/schema';
import { isErased, newestAttempts, type AttemptView } from './attempt-log';
import { countDeliveries } from './count-deliveries';
import type { DeliveryFilters } from './delivery-filters';
import { createScrubber } from './http/scrub';
import { seenSubscriptions } from './seen-subscriptions';

/** Where links into the Temporal Web UI lead. */
export interface TemporalLinks {
  /** Without a trailing slash. */
  readonly uiUrl: string;
  readonly namespace: string;
}

/** A delivery as REST shows it. */
export interface DeliveryView {
  readonly id: string;
  readonly subscriptionId: string;
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
}

/** A page of deliveries, newest first. */
export async function listDeliveries(
  db: Database,
  visible: Visibility,
  links: TemporalLinks,
  filters: DeliveryFilters,
): Promise<Page<DeliveryView>> {
  const { from, to, subscriptionId, citizenId, changeId, status, updateType } = filters;
  const seen = await seenSubscriptions(db, visible, filters);
  const where: Prisma.DeliveryWhereInput = {
    ...visible.rows(),
    ...(seen === undefined ? {} : { subscriptionId: { in: seen } }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(citizenId === undefined ? {} : { citizenId }),
    ...(changeId === undefined ? {} : { changeId }),
    ...(status === undefined ? {} : { status }),
    ...(updateType === undefined ? {} : { updateType }),
    ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  };
  return readPage(
    newestFirst('deliveries'),
    filters,
    ({ after, ...window }) =>
      db.delivery.findMany({ where: { ...where, AND: after }, select: VIEWED, ...window }),
    () => countDeliveries(db, visible, filters, seen),
    (row) => view(row, links),
  );
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
  DeliveryView & { attempts: AttemptView[]; attemptsTotal: number; noAccessToken: NoAccessToken | null }
> {
  const row = await db.delivery.findFirst({ where: { id, ...visible.rows() }, select: VIEWED });
  if (!row) throw refusal('delivery_not_found');
  const noAccessToken = row.finishedAt === null ? await readNoToken(db, row.subscriptionId) : null;
  return { ...view(row, links), ...(await newestAttempts(db, sealer, row)), noAccessToken };
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
  return JSON.parse(createScrubber([tokenOf(body.confirmUrl)])(text)) as Record<string, unknown>;
}

const VIEWED = {
  id: true,
  subscriptionId: true,
  applicationId: true,
  citizenId: true,
  citizen: { select: { externalRef: true, deletedAt: true } },
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

type ViewedRow = Prisma.DeliveryGetPayload<{ select: typeof VIEWED }>;

function view({ citizen, ...row }: ViewedRow, links: TemporalLinks): DeliveryView {
  const workflowId = deliveryWorkflowId(row.id);
  return {
    ...row,
    // Citizens are read by a separate statement, so one that was purged just before is missing, although the type denies it.
    externalRef: (citizen as ViewedRow['citizen'] | null)?.externalRef ?? null,
    updateType: row.updateType as UpdateType,
    status: row.status as DeliveryStatus,
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    workflowId,
    temporalUrl: `${links.uiUrl}/namespaces/${encodeURIComponent(links.namespace)}/workflows/${workflowId}`,
  };
}
