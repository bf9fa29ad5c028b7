/** Checks a change against the catalogue and the clock. */
import { Prisma, type Tx } from '../../platform/database';
import type { FieldProblem } from '../../platform/errors';
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
  const problems: FieldProblem[] = [];
  if (input.privacyPolicyId && !catalogue.policyExists)
    problems.push(unknown('privacyPolicyId', 'privacy policy'));
  if (input.permissionStatementId && !catalogue.statementExists) {
    problems.push(unknown('permissionStatementId', 'permission statement'));
  }
  return [
    ...problems,
    ...(input.changes ?? []).flatMap((change, index) =>
      checkPermission(change, catalogue, `changes.${index}`),
    ),
    ...(input.preferences ?? []).flatMap((change, index) =>
      checkPreference(change, catalogue, `preferences.${index}`),
    ),
  ];
}

function checkPermission(
  { optionType, optionId, obtainedAt }: PermissionChange,
  catalogue: CatalogueExcerpt,
  path: string,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const known = optionType === 'option' ? catalogue.options : catalogue.groups;
  if (!known.has(optionId)) {
    problems.push(unknown(`${path}.optionId`, optionType === 'option' ? 'option' : 'option group'));
  }
  // One bad clock would outrank every later withdrawal.
  if (obtainedAt && obtainedAt.getTime() > catalogue.now.getTime() + CLOCK_TOLERANCE_MS) {
    problems.push({ path: `${path}.obtainedAt`, message: 'lies more than five minutes ahead' });
  }
  return problems;
}

function checkPreference(
  { preference, choices }: PreferenceChange,
  catalogue: CatalogueExcerpt,
  path: string,
): FieldProblem[] {
  const known = catalogue.preferences.get(preference);
  if (!known) return [unknown(`${path}.preference`, 'preference')];
  if (known.type === 'single' && choices.length > 1) {
    return [
      { path: `${path}.choices`, message: 'must have at most one entry: the preference is single choice' },
    ];
  }
  return choices.flatMap((choice, index) =>
    known.choices.includes(choice) ? [] : [unknown(`${path}.choices.${index}`, 'choice of this preference')],
  );
}

function unknown(path: string, what: string): FieldProblem {
  return { path, message: `there is no such ${what}` };
}
