/** The audit trail: who did what, to which object, when, and from where (rule `audit-trail`). Never what it held. */
import { Prisma, type Database } from '../platform/database';
import { isId, newId, timeOfId } from '../platform/ids';
import { executeBehind, type StatementTx } from '../platform/statement-transaction';

export const ACTORS = ['api-key', 'administrator', 'unknown'] as const;

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
  /** Undefined: that of the object, where it has one. */
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
  const { applicationId, objectId, address = null, requestId = null } = event;
  const application = applicationId === undefined ? applicationOf(objectId) : Prisma.sql`${applicationId}`;
  const id = newId(); // the list is searched by the time in it, so that is the time shown
  await executeBehind(
    tx,
    Prisma.sql`
      INSERT INTO "AuditEvent" ("id", "at", "actorKind", "actorId", "actorName", "action", "outcome", "reason",
        "applicationId", "objectId", "address", "requestId")
      VALUES (${id}::uuid, ${timeOfId(id)}::timestamptz, ${actorKind}, ${actorId}::uuid, ${actorName}, ${action},
        ${refusedFor === null ? 'done' : 'refused'}, ${refusedFor}, ${application}, ${objectId ?? null}, ${address},
        ${requestId}::uuid)`,
  );
}

/** What a request concerned. */
export type AuditObject = Pick<AuditEvent, 'applicationId' | 'objectId'>;

/** What of an object is there, whoever asks for it: of a request that was refused nothing else that it names is kept. */
export async function existing(db: Database, { applicationId, objectId }: AuditObject): Promise<AuditObject> {
  const ownId = idAtStart(objectId);
  const [found] = await db.$queryRaw<{ applicationId: string | null }[]>(
    ownId === undefined
      ? Prisma.sql`SELECT "id" AS "applicationId" FROM "Application" WHERE "id" = ${applicationId ?? ''}`
      : Prisma.sql`${ofApplications(ownId)}
          UNION ALL SELECT NULL FROM "ApiKey" WHERE "id" = ${ownId}::uuid
          UNION ALL SELECT NULL FROM "Administrator" WHERE "id" = ${ownId}::uuid`,
  );
  if (!found) return {};
  return {
    applicationId: found.applicationId ?? undefined,
    objectId: ownId ?? found.applicationId ?? undefined,
  };
}

/** The application of what a request concerned. What was deleted has it still: its row stays. */
function applicationOf(objectId: string | undefined): Prisma.Sql {
  const ownId = idAtStart(objectId);
  return ownId === undefined ? Prisma.sql`NULL` : Prisma.sql`(${ofApplications(ownId)} LIMIT 1)`;
}

function ofApplications(objectId: string): Prisma.Sql {
  return Prisma.sql`SELECT "applicationId" FROM "Subscription" WHERE "id" = ${objectId}::uuid
    UNION ALL SELECT "applicationId" FROM "Citizen" WHERE "id" = ${objectId}::uuid
    UNION ALL SELECT "applicationId" FROM "Delivery" WHERE "id" = ${objectId}::uuid
    UNION ALL SELECT "applicationId" FROM "DoubleOptIn" WHERE "id" = ${objectId}::uuid
    UNION ALL SELECT "applicationIds"[1] FROM "BulkAction" WHERE "id" = ${objectId}::uuid AND cardinality("applicationIds") = 1`;
}

/** Of a path's parts the first one names the object. */
function idAtStart(objectId = ''): string | undefined {
  const [first = ''] = objectId.split('/');
  return isId(first) ? first : undefined;
}
