/** Reads of a citizen's transactions and answers that stay cheap however long the history is. */
import type { PermissionTransaction, PreferenceAnswer } from '../../generated/prisma/client';
import { Prisma } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import { arrayOf } from '../platform/statements';

/** Which transactions are wanted. */
export interface TransactionQuery {
  readonly citizenId: string;
  /** Those that can be in effect at this moment or later. */
  readonly from: Date;
  /** Of these permissions only; default: of all. */
  readonly only?: readonly { readonly optionType: string; readonly optionId: string }[];
}

/** The transactions that decide what is in effect from `from` on: {@link decidingTransactions}. */
export async function loadDecidingTransactions(
  tx: StatementTx,
  query: TransactionQuery,
): Promise<PermissionTransaction[]> {
  if (query.only?.length === 0) return [];
  const rows = await tx.$queryRaw<{ row: TransactionJson }[]>(
    Prisma.sql`SELECT to_jsonb(d."row") AS "row" FROM (${decidingTransactions(query)}) d`,
  );
  return rows.map(({ row }) => transactionOf(row));
}

/** As `compareRank` ranks (rule `latest-obtained-wins`); the moment is the expression of the index. */
const RANKED_MOMENT = Prisma.sql`least(t."obtainedAt", t."recordedAt")`;
const RANKED_MICROS = Prisma.sql`CASE WHEN t."obtainedAt" < t."recordedAt" THEN t."obtainedMicros" ELSE 0 END`;

/**
 * SQL query of whole rows, in a column "row": the transactions that decide what is in effect from `from` on. Left out are
 * those ended by then, and those that a higher-ranking one in force covers to their end: nothing can bring them back. So the
 * result is the same as with all transactions, and a citizen with thousands of old transactions costs a few index look-ups
 * per permission.
 */
export function decidingTransactions({ citizenId, from, only }: TransactionQuery): Prisma.Sql {
  return decidingTransactionsOf(Prisma.sql`${citizenId}::uuid`, Prisma.sql`${from}::timestamptz`, only);
}

/** The same for a citizen and a moment that a greater query names. */
export function decidingTransactionsOf(
  citizenId: Prisma.Sql,
  from: Prisma.Sql,
  only?: TransactionQuery['only'],
): Prisma.Sql {
  const permissions = only ? namedPermissions(only) : allPermissions(citizenId);
  return decidingOf(permissions, citizenId, from);
}

/** The look-ups are forced (MATERIALIZED, OFFSET): without statistics the planner would join all transactions first. */
function decidingOf(permissions: Prisma.Sql, citizenId: Prisma.Sql, from: Prisma.Sql): Prisma.Sql {
  const ofPermission = Prisma.sql`t."citizenId" = ${citizenId}
    AND t."optionType" = p."optionType" AND t."optionId" = p."optionId"`;
  const begun = Prisma.sql`(t."validFrom" IS NULL OR t."validFrom" <= ${from})`;
  return Prisma.sql`
    WITH RECURSIVE ${permissions},
    -- Nothing ranked before the latest that is in force and never ends can matter.
    floors AS MATERIALIZED (
      SELECT p."optionType", p."optionId", floor."moment" FROM permissions p LEFT JOIN LATERAL (
        SELECT ${RANKED_MOMENT} AS "moment" FROM "PermissionTransaction" t
        WHERE ${ofPermission} AND t."validUntil" IS NULL AND ${begun}
        ORDER BY ${RANKED_MOMENT} DESC LIMIT 1) floor ON true)
    SELECT candidate."row" FROM floors p CROSS JOIN LATERAL (
      SELECT t AS "row", t."validUntil", max(CASE WHEN ${begun} THEN coalesce(t."validUntil", 'infinity') END) OVER (
          ORDER BY ${RANKED_MOMENT} DESC, ${RANKED_MICROS} DESC, t."recordedAt" DESC, t."sequence" DESC, t."position" DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS "coveredUntil"
      FROM "PermissionTransaction" t
      WHERE ${ofPermission} AND ${RANKED_MOMENT} >= coalesce(p."moment", '-infinity')
        AND (t."validUntil" IS NULL OR t."validUntil" > ${from})
      OFFSET 0) candidate
    WHERE candidate."coveredUntil" IS NULL
      OR coalesce(candidate."validUntil", 'infinity') > candidate."coveredUntil"`;
}

type Times = 'recordedAt' | 'obtainedAt' | 'validFrom' | 'validUntil';

/** A transaction as PostgreSQL writes it in JSON: with its times in ISO 8601. */
export type TransactionJson = Omit<PermissionTransaction, Times> & {
  readonly [time in Times]: PermissionTransaction[time] extends Date ? string : string | null;
};

/** A transaction that was read as JSON. */
export function transactionOf(row: TransactionJson): PermissionTransaction {
  return {
    ...row,
    recordedAt: new Date(row.recordedAt),
    obtainedAt: new Date(row.obtainedAt),
    validFrom: row.validFrom === null ? null : new Date(row.validFrom),
    validUntil: row.validUntil === null ? null : new Date(row.validUntil),
  };
}

/** The latest answer to each preference. */
export async function loadLatestAnswers(tx: StatementTx, citizenId: string): Promise<PreferenceAnswer[]> {
  const answers = latestAnswersOf(Prisma.sql`${citizenId}::uuid`);
  const rows = await tx.$queryRaw<{ row: AnswerJson }[]>(
    Prisma.sql`SELECT to_jsonb(a."row") AS "row" FROM (${answers}) a`,
  );
  return rows.map(({ row }) => answerOf(row));
}

/** SQL query of whole rows, in a column "row": the latest answer to each preference of a citizen that a greater query names. */
export function latestAnswersOf(citizenId: Prisma.Sql): Prisma.Sql {
  const ordered = Prisma.sql`ORDER BY a."preferenceRef", a."sequence" DESC LIMIT 1`;
  return Prisma.sql`
    WITH RECURSIVE latest AS (
      (SELECT a AS "row", a."preferenceRef" FROM "PreferenceAnswer" a WHERE a."citizenId" = ${citizenId} ${ordered})
      UNION ALL
      SELECT next."row", next."preferenceRef" FROM latest l CROSS JOIN LATERAL (
        SELECT a AS "row", a."preferenceRef" FROM "PreferenceAnswer" a
        WHERE a."citizenId" = ${citizenId} AND a."preferenceRef" > l."preferenceRef" ${ordered}) next)
    SELECT latest."row", latest."preferenceRef" FROM latest`;
}

/** An answer as PostgreSQL writes it in JSON. */
export type AnswerJson = Omit<PreferenceAnswer, 'updatedAt'> & { readonly updatedAt: string };

/** An answer that was read as JSON. */
export function answerOf(row: AnswerJson): PreferenceAnswer {
  return { ...row, updatedAt: new Date(row.updatedAt) };
}

function namedPermissions(only: NonNullable<TransactionQuery['only']>): Prisma.Sql {
  const types = only.map(({ optionType }) => optionType);
  const ids = only.map(({ optionId }) => optionId);
  return Prisma.sql`permissions AS (
    SELECT DISTINCT named."optionType", named."optionId"
    FROM unnest(${arrayOf(types, 'text')}, ${arrayOf(ids, 'text')}) AS named ("optionType", "optionId"))`;
}

/** Jumps from one permission to the next along the index instead of reading every transaction ("loose index scan"). */
function allPermissions(citizenId: Prisma.Sql): Prisma.Sql {
  const ordered = Prisma.sql`ORDER BY t."optionType", t."optionId" LIMIT 1`;
  return Prisma.sql`permissions AS (
    (SELECT t."optionType", t."optionId" FROM "PermissionTransaction" t
      WHERE t."citizenId" = ${citizenId} ${ordered})
    UNION ALL
    SELECT next."optionType", next."optionId" FROM permissions p CROSS JOIN LATERAL (
      SELECT t."optionType", t."optionId" FROM "PermissionTransaction" t
      WHERE t."citizenId" = ${citizenId}
        AND (t."optionType", t."optionId") > (p."optionType", p."optionId") ${ordered}) next)`;
}
