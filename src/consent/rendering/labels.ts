/** What the catalogue adds to an entry: looked up whenever a body is rendered, so a better label shows at once. */
import { Prisma } from '../../platform/database';
import type { StatementTx } from '../../platform/statement-transaction';

/** References and labels by id. */
export interface Labels {
  readonly policies: ReadonlyMap<string, string>;
  readonly statements: ReadonlyMap<string, string>;
  readonly preferences: ReadonlyMap<string, PreferenceLabels>;
}

/** The label of a preference and those of its choices. */
export interface PreferenceLabels {
  readonly label: string;
  readonly choices: ReadonlyMap<string, string>;
}

/** What refers to the catalogue. */
export interface LabelledEntries {
  readonly transactions: readonly {
    readonly privacyPolicyId: string | null;
    readonly permissionStatementId: string | null;
  }[];
  readonly answers: readonly { readonly preferenceRef: string }[];
}

const NO_LABELS: Labels = { policies: new Map(), statements: new Map(), preferences: new Map() };

/** Reads the labels that the entries need, with one statement or none. */
export async function loadLabels(
  tx: StatementTx,
  applicationId: string,
  entries: LabelledEntries,
): Promise<Labels> {
  const policies = distinct(entries.transactions.map((transaction) => transaction.privacyPolicyId));
  const statements = distinct(entries.transactions.map((transaction) => transaction.permissionStatementId));
  const preferences = distinct(entries.answers.map((answer) => answer.preferenceRef));
  if (policies.length + statements.length + preferences.length === 0) return NO_LABELS;
  const [row] = await tx.$queryRaw<LabelRow[]>(Prisma.sql`
    SELECT ${labelColumns({
      applicationId: Prisma.sql`${applicationId}`,
      policies: Prisma.sql`${policies}::text[]`,
      statements: Prisma.sql`${statements}::text[]`,
      preferences: Prisma.sql`${preferences}::text[]`,
    })}`);
  return row ? labelsOf(row) : NO_LABELS;
}

/** SQL: the columns of {@link LabelRow}, from an application and arrays of ids. */
export function labelColumns(
  of: Record<'applicationId' | 'policies' | 'statements' | 'preferences', Prisma.Sql>,
): Prisma.Sql {
  return Prisma.sql`
    ${referenceColumns(of)},
    (SELECT jsonb_object_agg(f."reference", jsonb_build_object(
        'label', f."label",
        'choices', (SELECT coalesce(jsonb_object_agg(c."reference", c."label"), '{}') FROM "PreferenceChoice" c
          WHERE c."applicationId" = f."applicationId" AND c."preferenceRef" = f."reference")))
      FROM "Preference" f
      WHERE f."applicationId" = ${of.applicationId} AND f."reference" = ANY(${of.preferences})) AS "preferences"`;
}

/** SQL: the columns of {@link LabelRow} that give the references of policies and statements. */
export function referenceColumns(
  of: Record<'applicationId' | 'policies' | 'statements', Prisma.Sql>,
): Prisma.Sql {
  return Prisma.sql`
    (SELECT jsonb_object_agg("id", "reference") FROM "PrivacyPolicy"
      WHERE "applicationId" = ${of.applicationId} AND "id" = ANY(${of.policies})) AS "policies",
    (SELECT jsonb_object_agg("id", "reference") FROM "PermissionStatement"
      WHERE "applicationId" = ${of.applicationId} AND "id" = ANY(${of.statements})) AS "statements"`;
}

/** The labels of a row with {@link labelColumns}. */
export function labelsOf({ policies, statements, preferences }: LabelRow): Labels {
  return {
    policies: new Map(Object.entries(policies ?? {})),
    statements: new Map(Object.entries(statements ?? {})),
    preferences: new Map(
      Object.entries(preferences ?? {}).map(([reference, { label, choices }]) => [
        reference,
        { label, choices: new Map(Object.entries(choices)) },
      ]),
    ),
  };
}

/** Labels as the database gives them; null where none was found. */
export interface LabelRow {
  readonly policies: Record<string, string> | null;
  readonly statements: Record<string, string> | null;
  readonly preferences: Record<string, { label: string; choices: Record<string, string> }> | null;
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids)].filter((id) => id !== null);
}
