/** The checks of a change that need no database. */
import { fieldProblem, type FieldProblem } from '../../platform/errors';
import { isAllowedPair } from '../rules/matrix';
import type { PermissionChange, PreferenceChange, RecordChangeInput } from './input';

/** Every field that breaks a rule by itself, with its path in the request. */
export function checkInput({ changes = [], preferences = [] }: RecordChangeInput): FieldProblem[] {
  if (changes.length + preferences.length === 0) {
    return [fieldProblem('changes', 'change_required')];
  }
  return [
    ...changes.flatMap((change, index) => checkPermission(change, `changes.${index}`)),
    ...preferences.flatMap((preference, index) => checkPreference(preference, `preferences.${index}`)),
    ...repeated(
      preferences.map(({ preference }) => preference),
      (index) => `preferences.${index}.preference`,
    ),
  ];
}

function checkPermission(change: PermissionChange, path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { justification, state, validFrom, validUntil } = change;
  if (!isAllowedPair(justification, state)) {
    problems.push(
      fieldProblem(`${path}.justification`, 'justification_not_allowed', { state }),
      fieldProblem(`${path}.state`, 'state_not_allowed', { justification }),
    );
  }
  if (validFrom && validUntil && validUntil <= validFrom) {
    problems.push(fieldProblem(`${path}.validUntil`, 'not_after_valid_from'));
  }
  return problems;
}

function checkPreference({ choices }: PreferenceChange, path: string): FieldProblem[] {
  return repeated(choices, (index) => `${path}.choices.${index}`);
}

function repeated(values: readonly string[], pathOf: (index: number) => string): FieldProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [fieldProblem(pathOf(index), 'duplicate')] : [],
  );
}
