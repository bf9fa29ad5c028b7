/** The audit trail as it is read. */
import { z } from 'zod';
import { inBatches } from '../platform/batches';
import type { Database, Prisma } from '../platform/database';
import { idOf, moment, shownTime } from '../platform/fields';
import { MOST_COUNTED } from '../platform/most-counted';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { ACTORS } from './audit';
import type { Visibility } from './visibility';

const actorId = idOf('API key or administrator');
const operation = { description: 'The `operationId` of what was called.', examples: ['createSubscription'] };
const object = {
  description: 'Id of what it concerned: of a recorded change the citizen, of a catalogue entry its path.',
  examples: ['acme-shop'],
};

/** Filters of the list; all that are given must hold. */
export const auditFilters = {
  actor: actorId.optional().meta({ description: 'Only events of this API key or administrator.' }),
  action: z
    .string()
    .max(60)
    .optional()
    .meta({ ...operation, description: 'Only calls of this operation.' }),
  objectId: z
    .string()
    .max(300)
    .optional()
    .meta({ ...object, description: 'Only events that concern this.' }),
  from: moment.optional().meta({ description: 'Only events at or after this time.' }),
  to: moment.optional().meta({ description: 'Only events before this time.' }),
};

/** An event as it is shown. */
export const auditEventView = z
  .object({
    id: idOf('audit event'),
    at: shownTime('When it happened.'),
    actorKind: z.enum(ACTORS).meta({
      description: 'Who did it; `unknown`: somebody who could not log in.',
      examples: ['api-key'],
    }),
    actorId: actorId.nullable(),
    actorName: z
      .string()
      .nullable()
      .meta({
        description: 'The e-mail address of a person, or the name of the key.',
        examples: ['Website'],
      }),
    action: z.string().meta(operation),
    outcome: z.enum(['done', 'refused']).meta({ description: 'Whether it was done.', examples: ['done'] }),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'The code of the refusal.', examples: ['missing_scope', null] }),
    applicationId: z
      .string()
      .nullable()
      .meta({ description: 'The application, where the request names one.', examples: ['acme-shop'] }),
    objectId: z.string().nullable().meta(object),
    address: z
      .string()
      .nullable()
      .meta({ description: 'From where.', examples: ['192.0.2.7'] }),
    requestId: idOf('request, as the log and `x-request-id` have it').nullable(),
  })
  .meta({ id: 'AuditEvent', description: 'Who did what, and when. It never says what something held.' });
export type AuditEventView = z.output<typeof auditEventView>;

/** Which events to list. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly objectId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** One page, the newest first. Who sees some applications sees the events that name one of them. */
export async function listAuditEvents(
  db: Database,
  visible: Visibility,
  filter: AuditFilter & Paging,
): Promise<Page<AuditEventView>> {
  const where = whereOf(visible, filter);
  const page = await readPage(
    ordered('audit-events', 'id', 'desc', 'id'),
    filter,
    ({ after, ...window }) => db.auditEvent.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.auditEvent.count({ where, take: MOST_COUNTED }),
    (row) => row,
  );
  return { ...page, items: await show(db, page.items) };
}

/** All events, the newest first, batch by batch. */
export async function* allAuditEvents(
  db: Database,
  visible: Visibility,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditEventView[]> {
  const where = whereOf(visible, filter);
  const batches = inBatches<Prisma.AuditEventModel>((behind, take) =>
    db.auditEvent.findMany({
      where: { ...where, AND: behind === undefined ? {} : { id: { lt: behind.id } } },
      orderBy: { id: 'desc' },
      take,
    }),
  );
  for await (const rows of batches) yield await show(db, rows);
}

function whereOf(
  visible: Visibility,
  { actor, action, objectId, from, to }: AuditFilter,
): Prisma.AuditEventWhereInput {
  return {
    ...visible.rows(),
    ...(actor !== undefined && { actorId: actor }),
    ...(action !== undefined && { action }),
    ...(objectId !== undefined && { objectId }),
    // Ids begin with the time, and are what the list is ordered by.
    ...((from ?? to) && { id: { ...(from && { gte: idAt(from) }), ...(to && { lt: idAt(to) }) } }),
  };
}

/** Keys stay when they are revoked, so each event's has its name. */
async function show(db: Database, rows: readonly Prisma.AuditEventModel[]): Promise<AuditEventView[]> {
  const ids = rows.flatMap(({ actorKind, actorId: id }) =>
    actorKind === 'api-key' && id !== null ? [id] : [],
  );
  const keys = await db.apiKey.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    ...row,
    at: row.at.toISOString(),
    actorKind: auditEventView.shape.actorKind.parse(row.actorKind),
    actorName: row.actorName ?? names.get(row.actorId ?? '') ?? null,
    outcome: auditEventView.shape.outcome.parse(row.outcome),
  }));
}

/** The least id of a moment. */
function idAt(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
