/** The checks of a change that need no database. */
import type { FieldProblem } from '../../platform/errors';
import { isAllowedPair } from '../rules/matrix';
import type { PermissionChange, PreferenceChange, RecordChangeInput } from './input';

/** Every field that breaks a rule by itself, with its path in the request. */
export function checkInput({ changes = [], preferences = [] }: RecordChangeInput): FieldProblem[] {
  if (changes.length + preferences.length === 0) {
    return [{ path: 'changes', message: 'must have an entry, or preferences must' }];
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
      { path: `${path}.justification`, message: `does not allow the state ${state}` },
      { path: `${path}.state`, message: `is not allowed with the justification ${justification}` },
    );
  }
  if (validFrom && validUntil && validUntil <= validFrom) {
    problems.push({ path: `${path}.validUntil`, message: 'must be later than validFrom' });
  }
  return problems;
}

function checkPreference({ choices }: PreferenceChange, path: string): FieldProblem[] {
  return repeated(choices, (index) => `${path}.choices.${index}`);
}

function repeated(values: readonly string[], pathOf: (index: number) => string): FieldProblem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) < index ? [{ path: pathOf(index), message: 'is named twice' }] : [],
  );
}
