import type { Change, PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import { ASK_FOR_LOOK } from '../../outbox/entries';
import { enqueueing } from '../../outbox/enqueue';
import type { Priority } from '../../outbox/priority';
import { Prisma } from '../../platform/database';
import { executeBehind, type StatementTx } from '../../platform/statement-transaction';
import { journalling } from './journalling';
import { countingSkipped, type SubscriberPlan } from './subscribers';

/** A change with everything recorded in it, and where it leaves its citizen. */
export interface ChangeRecord {
  readonly applicationId: string;
  readonly change: Change;
  readonly transactions: readonly PermissionTransaction[];
  readonly answers: readonly PreferenceAnswer[];
  readonly nextTransitionAt: Date | null;
  readonly plan: SubscriberPlan;
  readonly priority: Priority;
}

/**
 * Writes a change and its deliveries with one statement: this is the hot path, and each round trip is held under the
 * citizen's lock.
 * Rows go in as JSON of the very column names, so a new column is a compile error here, not a default.
 */
export async function writeChange(
  tx: StatementTx,
  { applicationId, change, transactions, answers, nextTransitionAt, plan, priority }: ChangeRecord,
): Promise<void> {
  const delivered = {
    applicationId,
    citizenId: change.citizenId,
    changeId: change.id,
    sequence: change.sequence,
    priority,
  };
  const statement = Prisma.sql`
    WITH change AS (
      INSERT INTO "Change"
      SELECT * FROM json_populate_recordset(NULL::"Change", ${JSON.stringify([change])}::json)
    ), transactions AS (
      INSERT INTO "PermissionTransaction"
      SELECT * FROM json_populate_recordset(NULL::"PermissionTransaction", ${JSON.stringify(transactions)}::json)
    ), answers AS (
      INSERT INTO "PreferenceAnswer"
      SELECT * FROM json_populate_recordset(NULL::"PreferenceAnswer", ${JSON.stringify(answers)}::json)
    ), optIns AS (
      -- One that waits for a confirmation looks whether what it asks for is still open.
      UPDATE "DoubleOptIn" SET ${ASK_FOR_LOOK}
      WHERE "citizenId" = ${change.citizenId}::uuid AND "status" = 'pending'
    ), journal AS (${journalling(applicationId, change)}), ${enqueueing(delivered, plan.deliveries)}, ${countingSkipped(plan.skippedBy)}
    UPDATE "Citizen" SET
      "lastSequence" = ${change.sequence},
      "evaluatedAt" = ${change.recordedAt}::timestamptz,
      "nextTransitionAt" = ${nextTransitionAt}::timestamptz
    WHERE "id" = ${change.citizenId}::uuid`;
  await executeBehind(tx, statement);
}
