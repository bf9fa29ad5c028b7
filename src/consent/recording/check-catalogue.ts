/** Checks a change against the catalogue and the clock. */
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
  /** Their references by id. */
  readonly policies: ReadonlyMap<string, string>;
  readonly statements: ReadonlyMap<string, string>;
  readonly preferences: ReadonlyMap<string, CataloguePreference>;
}

/** A preference, with its choices in the catalogue's order. */
export interface CataloguePreference {
  /** `single` or `multiple`. */
  readonly type: string;
  readonly label: string;
  readonly choices: readonly { readonly reference: string; readonly label: string }[];
}

/** An `obtainedAt` may be this far ahead of the database's clock, since callers' clocks differ (rule `database-clock`). */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** A problem for everything the change names that the catalogue lacks, and for times that lie too far ahead. */
export function checkAgainstCatalogue(input: RecordChangeInput, catalogue: CatalogueExcerpt): FieldProblem[] {
  const { applicationId, privacyPolicyId: policy, permissionStatementId: statement } = input;
  const problems: FieldProblem[] = [];
  if (policy && !catalogue.policies.has(policy)) {
    const named = { id: policy, applicationId };
    problems.push(fieldProblem('privacyPolicyId', 'unknown_privacy_policy', named));
  }
  if (statement && !catalogue.statements.has(statement)) {
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
    if (known.choices.some(({ reference }) => reference === choice)) return [];
    return [
      fieldProblem(`${path}.choices.${index}`, 'unknown_choice', { choice, preference, applicationId }),
    ];
  });
}
