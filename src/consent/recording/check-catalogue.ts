/** Checks a change against the catalogue and the clock. */
import { Prisma, type Tx } from '../../platform/database';
import { fieldProblem, type FieldProblem } from '../../platform/errors';
import type { PermissionChange, PreferenceChange, RecordChangeInput } from './input';

/** The part of an application's catalogue that a change names, and the time. */
export interface CatalogueExcerpt {
  /** The database's clock, read after the citizen's lock was taken. */
  readonly now: Date;
  /** `auto`: an objection is upheld at once. */
  readonly objections: string;
  readonly options: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly policyExists: boolean;
  readonly statementExists: boolean;
  readonly preferences: ReadonlyMap<string, CataloguePreference>;
}

/** A preference: `single` or `multiple`, and the references of its choices in the catalogue's order. */
export interface CataloguePreference {
  readonly type: string;
  readonly choices: readonly string[];
}

/** An `obtainedAt` may be this far ahead of the database's clock, since callers' clocks differ (rule `database-clock`). */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Reads clock and catalogue with one statement. */
export async function loadCatalogueExcerpt(tx: Tx, input: RecordChangeInput): Promise<CatalogueExcerpt> {
  const { applicationId, changes = [], preferences = [] } = input;
  const optionIds = changes
    .filter(({ optionType }) => optionType === 'option')
    .map(({ optionId }) => optionId);
  const groupIds = changes.filter(({ optionType }) => optionType === 'group').map(({ optionId }) => optionId);
  const references = preferences.map(({ preference }) => preference);
  const [row] = await tx.$queryRaw<CatalogueRow[]>(Prisma.sql`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS "now", a."objections",
      ARRAY(SELECT "id"::text FROM "Option"
        WHERE "applicationId" = a."id" AND "id" = ANY(${optionIds}::text[])) AS "options",
      ARRAY(SELECT "id"::text FROM "OptionGroup"
        WHERE "applicationId" = a."id" AND "id" = ANY(${groupIds}::text[])) AS "groups",
      EXISTS (SELECT FROM "PrivacyPolicy"
        WHERE "applicationId" = a."id" AND "id" = ${input.privacyPolicyId ?? null}) AS "policyExists",
      EXISTS (SELECT FROM "PermissionStatement"
        WHERE "applicationId" = a."id" AND "id" = ${input.permissionStatementId ?? null}) AS "statementExists",
      (SELECT jsonb_object_agg(p."reference", jsonb_build_object('type', p."type", 'choices',
          (SELECT coalesce(jsonb_agg(c."reference" ORDER BY c."position"), '[]') FROM "PreferenceChoice" c
            WHERE c."applicationId" = p."applicationId" AND c."preferenceRef" = p."reference")))
        FROM "Preference" p
        WHERE p."applicationId" = a."id" AND p."reference" = ANY(${references}::text[])) AS "preferences"
    FROM "Application" a WHERE a."id" = ${applicationId}`);
  if (!row) throw new Error('the application of a locked citizen is gone');
  return {
    ...row,
    options: new Set(row.options),
    groups: new Set(row.groups),
    preferences: new Map(Object.entries(row.preferences ?? {})),
  };
}

interface CatalogueRow extends Omit<CatalogueExcerpt, 'options' | 'groups' | 'preferences'> {
  readonly options: string[];
  readonly groups: string[];
  readonly preferences: Record<string, CataloguePreference> | null;
}

/** A problem for everything the change names that the catalogue lacks, and for times that lie too far ahead. */
export function checkAgainstCatalogue(input: RecordChangeInput, catalogue: CatalogueExcerpt): FieldProblem[] {
  const { applicationId, privacyPolicyId: policy, permissionStatementId: statement } = input;
  const problems: FieldProblem[] = [];
  if (policy && !catalogue.policyExists) {
    const named = { id: policy, applicationId };
    problems.push(fieldProblem('privacyPolicyId', 'unknown_privacy_policy', named));
  }
  if (statement && !catalogue.statementExists) {
    const named = { id: statement, applicationId };
    problems.push(fieldProblem('permissionStatementId', 'unknown_permission_statement', named));
  }
  return [
    ...problems,
    ...(input.changes ?? []).flatMap((change, index) =>
      checkPermission(change, catalogue, applicationId, `changes.${index}`),
    ),
    ...(input.preferences ?? []).flatMap((change, index) =>
      checkPreference(change, catalogue, applicationId, `preferences.${index}`),
    ),
  ];
}

function checkPermission(
  { optionType, optionId, obtainedAt }: PermissionChange,
  catalogue: CatalogueExcerpt,
  applicationId: string,
  path: string,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const [known, unknown] =
    optionType === 'option'
      ? ([catalogue.options, 'unknown_option'] as const)
      : ([catalogue.groups, 'unknown_option_group'] as const);
  if (!known.has(optionId)) {
    problems.push(fieldProblem(`${path}.optionId`, unknown, { id: optionId, applicationId }));
  }
  // One bad clock would outrank every later withdrawal.
  if (obtainedAt && obtainedAt.getTime() > catalogue.now.getTime() + CLOCK_TOLERANCE_MS) {
    problems.push(fieldProblem(`${path}.obtainedAt`, 'too_far_ahead'));
  }
  return problems;
}

function checkPreference(
  { preference, choices }: PreferenceChange,
  catalogue: CatalogueExcerpt,
  applicationId: string,
  path: string,
): FieldProblem[] {
  const known = catalogue.preferences.get(preference);
  if (!known) {
    const named = { reference: preference, applicationId };
    return [fieldProblem(`${path}.preference`, 'unknown_preference', named)];
  }
  if (known.type === 'single' && choices.length > 1) {
    return [fieldProblem(`${path}.choices`, 'single_choice')];
  }
  return choices.flatMap((choice, index) => {
    if (known.choices.includes(choice)) return [];
    return [
      fieldProblem(`${path}.choices.${index}`, 'unknown_choice', { choice, preference, applicationId }),
    ];
  });
}
