/** The audit trail: who did what, to which object, when, and from where (rule `audit-trail`). Never what it held. */
import { z } from 'zod';
import { Prisma, type Database } from '../platform/database';
import { idOf, moment, shownTime } from '../platform/fields';
import { newId, timeOfId } from '../platform/ids';
import { MOST_COUNTED } from '../platform/most-counted';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { executeBehind, type StatementTx } from '../platform/statement-transaction';
import type { Visibility } from './visibility';

const ACTORS = ['api-key', 'administrator', 'unknown'] as const;

/** An event to record. */
export interface AuditEvent {
  readonly actorKind: (typeof ACTORS)[number];
  readonly actorId?: string | undefined;
  /** Of a person, whose row may be removed. */
  readonly actorName?: string | undefined;
  /** The operation, as the OpenAPI document names it. */
  readonly action: string;
  /** Why it was refused; undefined: it was done. */
  readonly refusedFor?: string | undefined;
  readonly applicationId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}

/**
 * Records an event. In a transaction it travels with the COMMIT: recording a change takes no round trip more, and what was done and
 * that it was done commit together.
 */
export async function recordEvent(tx: StatementTx, event: AuditEvent): Promise<void> {
  const { actorKind, actorId = null, actorName = null, action, refusedFor = null } = event;
  const { applicationId = null, objectId = null, address = null, requestId = null } = event;
  const id = newId(); // the list is searched by the time in it, so that is the time shown
  await executeBehind(
    tx,
    Prisma.sql`
      INSERT INTO "AuditEvent" ("id", "at", "actorKind", "actorId", "actorName", "action", "outcome", "reason",
        "applicationId", "objectId", "address", "requestId")
      VALUES (${id}::uuid, ${timeOfId(id)}::timestamptz, ${actorKind}, ${actorId}::uuid, ${actorName}, ${action},
        ${refusedFor === null ? 'done' : 'refused'}, ${refusedFor}, ${applicationId}, ${objectId}, ${address},
        ${requestId}::uuid)`,
  );
}

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
      .meta({ description: 'The e-mail address of a person; `null` for API keys.', examples: [null] }),
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
export interface AuditFilter extends Paging {
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
  filter: AuditFilter,
): Promise<Page<AuditEventView>> {
  const where: Prisma.AuditEventWhereInput = {
    ...visible.rows(),
    ...(filter.actor !== undefined && { actorId: filter.actor }),
    ...(filter.action !== undefined && { action: filter.action }),
    ...(filter.objectId !== undefined && { objectId: filter.objectId }),
    // Ids begin with the time, and are what the list is ordered by.
    ...((filter.from ?? filter.to) && {
      id: { ...(filter.from && { gte: idAt(filter.from) }), ...(filter.to && { lt: idAt(filter.to) }) },
    }),
  };
  return readPage(
    ordered('audit-events', 'id', 'desc', 'id'),
    filter,
    ({ after, ...window }) => db.auditEvent.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.auditEvent.count({ where, take: MOST_COUNTED }),
    (row) => ({
      ...row,
      at: row.at.toISOString(),
      actorKind: auditEventView.shape.actorKind.parse(row.actorKind),
      outcome: auditEventView.shape.outcome.parse(row.outcome),
    }),
  );
}

/** The least id of a moment. */
function idAt(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
