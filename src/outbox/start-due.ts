/** Sees to it that each running resync has a workflow: started once it is owed, and again should Temporal lose it. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { attributes } from '../../workflows/shared/search-attributes';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { resyncWorkflowId, type ResyncInput } from '../../workflows/resync/contract';
import { Prisma, type Database } from '../platform/database';

/** Whoever claimed a resync has this long to start it. */
const LEASE = Prisma.sql`interval '30 seconds'`;
/** Between looks at one that runs. */
const LOOK_AGAIN = Prisma.sql`interval '15 seconds'`;
const BATCH = 10;
/** Longest time of one call to Temporal. */
const CALL_DEADLINE_MS = 10_000;

interface DueResync {
  readonly id: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
}

/**
 * Starts the workflows of resyncs that are due; for one that runs this is the look whether it still does, since a start
 * that finds it running changes nothing. A failure leaves the rest to the end of the lease.
 */
export async function startDueResyncs(db: Database, client: Client): Promise<boolean> {
  const due = await db.$queryRaw<DueResync[]>(Prisma.sql`
    UPDATE "Resync" r SET "owedAt" = now() + ${LEASE} FROM "Subscription" s
    WHERE s."id" = r."subscriptionId" AND r."id" IN (
      SELECT "id" FROM "Resync" WHERE "owedAt" <= now() AND "status" = 'running'
      ORDER BY "owedAt" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING r."id", r."subscriptionId", s."applicationId"`);
  for (const resync of due) {
    await client.withDeadline(Date.now() + CALL_DEADLINE_MS, () => start(client, resync));
    await db.$executeRaw(Prisma.sql`
      UPDATE "Resync" SET "owed" = NULL, "owedAt" = now() + ${LOOK_AGAIN}
      WHERE "id" = ${resync.id}::uuid AND "status" = 'running'`);
  }
  return due.length === BATCH;
}

async function start(client: Client, { id, subscriptionId, applicationId }: DueResync): Promise<void> {
  const input: ResyncInput = { resyncId: id };
  try {
    await client.workflow.start('resync', {
      args: [input],
      taskQueue: TASK_QUEUE,
      workflowId: resyncWorkflowId(id),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: 'resync of effective permissions',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: attributes.applicationId, value: applicationId },
        { key: attributes.subscriptionId, value: subscriptionId },
      ]),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
