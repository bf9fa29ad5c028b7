/** The effective state as the API and the Effective Permissions webhook give it. */
import type { SeenApplication } from '../access/visibility';
import { Prisma, type Database, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { arrayOf, runStatement } from '../platform/statements';
import { renderEffectivePermissions, type EffectivePermissionsBody } from './rendering/effective-permissions';
import { labelColumns, labelsOf, type LabelRow } from './rendering/labels';
import { effectiveState } from './rules/effective-state';
import {
  answerOf,
  decidingTransactionsOf,
  latestAnswersOf,
  transactionOf,
  type AnswerJson,
  type TransactionJson,
} from './stored-state';

/** Which citizen. */
export type CitizenQuery =
  { readonly citizenId: string } | { readonly applicationId: SeenApplication; readonly externalRef: string };

/** The body without `sentAt`, and the number of the latest change it reflects (rule `body-as-documented`). */
export interface EffectivePermissions {
  readonly body: EffectivePermissionsBody;
  readonly sequence: number;
  /** The number of the latest change that altered the state; 0 before the first. */
  readonly alteredSequence: number;
  /** Time has altered the state since, or may have: that is yet to become a change (rule `time-becomes-a-change`). */
  readonly transitionDue: boolean;
}

/**
 * Reads and renders the state by the database's clock.
 * @throws ServiceError `citizen_not_found` for an unknown or deleted citizen.
 */
export async function readEffectivePermissions(
  db: Database,
  query: CitizenQuery,
): Promise<EffectivePermissions> {
  const [found] = await readWhere(
    db,
    'citizenId' in query
      ? Prisma.sql`"id" = ${query.citizenId}::uuid`
      : Prisma.sql`"applicationId" = ${query.applicationId} AND "externalRef" = ${query.externalRef}`,
  );
  if (!found) throw refusal('citizen_not_found');
  return found;
}

/** As {@link readEffectivePermissions}, for many citizens; those deleted are left out. @param db the client, or a running transaction */
export async function readManyEffectivePermissions(
  db: Database | Tx,
  citizenIds: readonly string[],
): Promise<EffectivePermissions[]> {
  return readWhere(db, Prisma.sql`"id" = ANY(${arrayOf(citizenIds, 'uuid')}::uuid[])`);
}

/** One statement, so that body and number agree, whatever is recorded meanwhile. */
async function readWhere(db: Database | Tx, condition: Prisma.Sql): Promise<EffectivePermissions[]> {
  const statement = Prisma.sql`
    SELECT z."id", z."applicationId", z."externalRef", z."lastSequence", z."now", p."transactions", q."answers",
      COALESCE(z."nextTransitionAt" <= z."now", false) AS "transitionDue",
      COALESCE((SELECT c."sequence" FROM "Change" c WHERE c."citizenId" = z."id" AND cardinality(c."altered") > 0
        ORDER BY c."sequence" DESC LIMIT 1), 0) AS "alteredSequence",
      ${labelColumns({
        applicationId: Prisma.sql`z."applicationId"`,
        policies: Prisma.sql`p."policyIds"`,
        statements: Prisma.sql`p."statementIds"`,
        preferences: Prisma.sql`q."references"`,
      })}
    FROM (
      SELECT "id", "applicationId", "externalRef", "lastSequence", "nextTransitionAt",
        greatest(date_trunc('milliseconds', clock_timestamp()), "evaluatedAt") AS "now"
      FROM "Citizen" WHERE ${condition} AND "deletedAt" IS NULL OFFSET 0) z
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(t."row"), '[]') AS "transactions",
        array_agg((t."row")."privacyPolicyId") AS "policyIds",
        array_agg((t."row")."permissionStatementId") AS "statementIds"
      FROM (${decidingTransactionsOf(Prisma.sql`z."id"`, Prisma.sql`z."now"`)}) t) p
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(a."row"), '[]') AS "answers", array_agg(a."preferenceRef") AS "references"
      FROM (${latestAnswersOf(Prisma.sql`z."id"`)}) a) q`;
  const rows =
    'pool' in db ? await runStatement<StateRow>(db, statement) : await db.$queryRaw<StateRow[]>(statement);
  return rows.map(render);
}

function render(row: StateRow): EffectivePermissions {
  const { id: citizenId, applicationId, externalRef, lastSequence: sequence, now } = row;
  const state = effectiveState(row.transactions.map(transactionOf), row.answers.map(answerOf), now);
  const body = renderEffectivePermissions({ applicationId, citizenId, externalRef }, state, labelsOf(row));
  const { alteredSequence, transitionDue } = row;
  return { body, sequence, alteredSequence, transitionDue };
}

interface StateRow extends LabelRow {
  readonly id: string;
  readonly applicationId: string;
  readonly externalRef: string;
  readonly lastSequence: number;
  readonly now: Date;
  readonly alteredSequence: number;
  readonly transitionDue: boolean;
  readonly transactions: readonly TransactionJson[];
  readonly answers: readonly AnswerJson[];
}
