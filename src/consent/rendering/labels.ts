/** What the catalogue adds to an entry: looked up whenever a body is rendered, so a better label shows at once. */
import { Prisma, type Tx } from '../../platform/database';

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
export async function loadLabels(tx: Tx, applicationId: string, entries: LabelledEntries): Promise<Labels> {
  const policies = distinct(entries.transactions.map((transaction) => transaction.privacyPolicyId));
  const statements = distinct(entries.transactions.map((transaction) => transaction.permissionStatementId));
  const preferences = distinct(entries.answers.map((answer) => answer.preferenceRef));
  if (policies.length + statements.length + preferences.length === 0) return NO_LABELS;
  const [row] = await tx.$queryRaw<LabelRow[]>(Prisma.sql`
    SELECT
      (SELECT jsonb_object_agg("id", "reference") FROM "PrivacyPolicy"
        WHERE "applicationId" = ${applicationId} AND "id" = ANY(${policies}::text[])) AS "policies",
      (SELECT jsonb_object_agg("id", "reference") FROM "PermissionStatement"
        WHERE "applicationId" = ${applicationId} AND "id" = ANY(${statements}::text[])) AS "statements",
      (SELECT jsonb_object_agg(p."reference", jsonb_build_object(
          'label', p."label",
          'choices', (SELECT coalesce(jsonb_object_agg(c."reference", c."label"), '{}') FROM "PreferenceChoice" c
            WHERE c."applicationId" = p."applicationId" AND c."preferenceRef" = p."reference")))
        FROM "Preference" p
        WHERE p."applicationId" = ${applicationId} AND p."reference" = ANY(${preferences}::text[])) AS "preferences"`);
  return {
    policies: new Map(Object.entries(row?.policies ?? {})),
    statements: new Map(Object.entries(row?.statements ?? {})),
    preferences: new Map(
      Object.entries(row?.preferences ?? {}).map(([reference, { label, choices }]) => [
        reference,
        { label, choices: new Map(Object.entries(choices)) },
      ]),
    ),
  };
}

interface LabelRow {
  readonly policies: Record<string, string> | null;
  readonly statements: Record<string, string> | null;
  readonly preferences: Record<string, { label: string; choices: Record<string, string> }> | null;
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids)].filter((id) => id !== null);
}
