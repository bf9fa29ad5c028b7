/**
 * The deliveries that filters mean, for a caller: the one place that finds them, for a list, its total, a table and a bulk action.
 *
 * Each filter has an index that holds its rows in the order of the lists, but for two, whose index would cost every change of every delivery.
 * What is undelivered is found from each subscription by the index that its health has. And what a caller sees of some applications only is
 * found by the subscriptions of these, which the statement names, so that the planner knows of few.
 */
import type { Visibility } from '../access/visibility';
import { UNFINISHED } from '../outbox/ordering';
import { Prisma, type Tx } from '../platform/database';
import type { DeliveryFilters } from './delivery-filters';

/** Filters that name a citizen by ids only. */
export interface SelectionFilters extends Omit<DeliveryFilters, 'externalRef'> {
  readonly citizenIds?: readonly string[] | undefined;
}

/** Deliveries that are meant. */
export interface Selection {
  /** SQL condition on the delivery `d`. */
  readonly deliveries: Prisma.Sql;
  /** SQL condition on the subscriptions `s` that lead to them; undefined: they are found straight. */
  readonly subscriptions: Prisma.Sql | undefined;
}

/** Which rows of a selection, in its order. */
export interface Part {
  readonly skip: number;
  readonly take: number;
  /** `createdAt` and `id` of the one that they come behind. */
  readonly behind?: readonly [createdAt: Date, id: string] | undefined;
  /** Else the newest come first. */
  readonly oldestFirst?: boolean;
}

/** What the filters mean at present. */
export async function selectDeliveries(
  tx: Tx,
  visible: Visibility,
  filters: DeliveryFilters | SelectionFilters,
): Promise<Selection> {
  const named = await namingCitizens(tx, visible, filters);
  const { subscriptionId, citizenId, citizenIds, changeId, undelivered } = named;
  const leadsToFew = (subscriptionId ?? citizenId ?? citizenIds ?? changeId) !== undefined;
  const conditions = [visible.condition(Prisma.sql`d."applicationId"`), ...conditionsOf(named)];
  if (!leadsToFew && visible.isLimited && !undelivered)
    conditions.push(Prisma.sql`d."subscriptionId" = ANY(${await seenSubscriptions(tx, visible)}::uuid[])`);
  return {
    deliveries: Prisma.join(conditions, ' AND '),
    subscriptions: !leadsToFew && undelivered ? visible.condition(Prisma.sql`s."applicationId"`) : undefined,
  };
}

/** The subscriptions that exist for a caller, deleted ones too. */
async function seenSubscriptions(tx: Tx, visible: Visibility): Promise<string[]> {
  const found = await tx.subscription.findMany({ where: visible.rows(), select: { id: true } });
  return found.map(({ id }) => id);
}

/** The same filters, with the citizens who have a reference now in its place: one of each application at the most. */
export async function namingCitizens(
  tx: Tx,
  visible: Visibility,
  filters: DeliveryFilters | SelectionFilters,
): Promise<SelectionFilters> {
  if (!('externalRef' in filters) || filters.externalRef === undefined) return filters;
  const { externalRef, ...others } = filters;
  const found = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT z."id" FROM "Application" a JOIN "Citizen" z ON z."applicationId" = a."id" AND z."externalRef" = ${externalRef}
    WHERE ${visible.condition(Prisma.sql`a."id"`)}`);
  return { ...others, citizenIds: found.map(({ id }) => id) };
}

/** A selection without those that do not meet a condition on the delivery `d`. */
export function narrowed({ deliveries, subscriptions }: Selection, condition: Prisma.Sql): Selection {
  return { deliveries: Prisma.sql`${deliveries} AND ${condition}`, subscriptions };
}

/**
 * Reads rows of a selection.
 * @param columns of the delivery `d`
 */
export function readSelected<Row>(
  tx: Tx,
  { deliveries, subscriptions }: Selection,
  columns: Prisma.Sql,
  { skip, take, behind, oldestFirst = false }: Part,
): Promise<Row[]> {
  const [beyond, direction] = oldestFirst
    ? [Prisma.sql`>`, Prisma.sql`ASC`]
    : [Prisma.sql`<`, Prisma.sql`DESC`];
  const place = behind
    ? Prisma.sql`AND (d."createdAt", d."id") ${beyond} (${behind[0]}::timestamptz, ${behind[1]}::uuid)`
    : Prisma.empty;
  const inOrder = Prisma.sql`ORDER BY d."createdAt" ${direction}, d."id" ${direction}`;
  if (subscriptions === undefined)
    return tx.$queryRaw<Row[]>(Prisma.sql`
      SELECT ${columns} FROM "Delivery" d WHERE ${deliveries} ${place} ${inOrder} LIMIT ${take} OFFSET ${skip}`);
  return tx.$queryRaw<Row[]>(Prisma.sql`
    SELECT ${columns} FROM "Subscription" s CROSS JOIN LATERAL (
      SELECT * FROM "Delivery" d WHERE d."subscriptionId" = s."id" AND ${deliveries} ${place}
      ${inOrder} LIMIT ${skip + take}) d
    WHERE ${subscriptions} ${inOrder} LIMIT ${take} OFFSET ${skip}`);
}

/** How many deliveries are meant; `most` stands for so many or more. */
export async function countSelected(
  tx: Tx,
  { deliveries, subscriptions }: Selection,
  most: number,
): Promise<number> {
  // In the order of the lists, so that it is read from their indexes: the planner would rather read the table until it has enough,
  // which is all of it where there is not.
  const some = Prisma.sql`${deliveries} ORDER BY d."createdAt" DESC, d."id" DESC LIMIT ${most}`;
  const counted =
    subscriptions === undefined
      ? Prisma.sql`SELECT 1 FROM "Delivery" d WHERE ${some}`
      : Prisma.sql`
          SELECT 1 FROM "Subscription" s CROSS JOIN LATERAL (
            SELECT 1 FROM "Delivery" d WHERE d."subscriptionId" = s."id" AND ${some}) d
          WHERE ${subscriptions} LIMIT ${most}`;
  const [row] = await tx.$queryRaw<{ count: number }[]>(
    Prisma.sql`SELECT count(*)::int AS "count" FROM (${counted}) counted`,
  );
  return row?.count ?? 0;
}

function conditionsOf(filters: SelectionFilters): Prisma.Sql[] {
  const { subscriptionId, citizenId, citizenIds, changeId, status } = filters;
  const { undelivered, updateType, statusCode, from, to } = filters;
  return [
    ...(subscriptionId === undefined ? [] : [Prisma.sql`d."subscriptionId" = ${subscriptionId}::uuid`]),
    ...(citizenId === undefined ? [] : [Prisma.sql`d."citizenId" = ${citizenId}::uuid`]),
    ...(citizenIds === undefined ? [] : [Prisma.sql`d."citizenId" = ANY(${citizenIds}::uuid[])`]),
    ...(changeId === undefined ? [] : [Prisma.sql`d."changeId" = ${changeId}::uuid`]),
    ...(status === undefined ? [] : [Prisma.sql`d."status" = ${status}`]),
    ...(undelivered === undefined ? [] : [Prisma.sql`d.${UNFINISHED}`]),
    ...(updateType === undefined ? [] : [Prisma.sql`d."updateType" = ${updateType}`]),
    ...(statusCode === undefined ? [] : [Prisma.sql`d."lastStatusCode" = ${statusCode}::int`]),
    ...(from === undefined ? [] : [Prisma.sql`d."createdAt" >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [Prisma.sql`d."createdAt" < ${to}::timestamptz`]),
  ];
}
