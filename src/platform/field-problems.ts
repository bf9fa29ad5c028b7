import type { z } from 'zod';
import { FIELD_CODES, type FieldCode, type FieldMessageOf } from '../errors/field-codes';
import type { Params, ParamsOf } from '../errors/message';
import { fieldProblem, problemOf, type FieldProblem } from './errors';

/** The most problems in an answer: more help nobody, and a hostile body could have thousands. */
const MOST = 50;
const LONGEST_PATH = 200;

/** What came in has the form of a schema, or the problems of its fields. */
export type Checked<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Holds input against a schema. Problems tell names of fields and allowed forms, never values. */
export function checkInput<T>(schema: z.ZodType<T>, input: unknown): Checked<T> {
  const result = schema.safeParse(input, { reportInput: true, error: codeOf });
  if (result.success) return { ok: true, data: result.data };
  const all = result.error.issues
    .toSorted((a, b) => Number(isOfNumbers(a)) - Number(isOfNumbers(b)))
    .flatMap(ofIssue);
  // What is wrong in one way is often wrong in others that follow from it.
  const firsts = new Map(all.toReversed().map((problem) => [problem.path, problem]));
  return { ok: false, problems: [...firsts.values()].reverse().slice(0, MOST) };
}

/**
 * The message of a check in a schema that {@link checkInput} is to report under a code. Of a failed check zod keeps only
 * a text, so the code and its parameters travel in that.
 *
 * @example
 * z.string().regex(COLOUR, coded('invalid_colour'))
 */
export function coded<C extends FieldCode>(code: C, ...[params]: ParamsOf<FieldMessageOf<C>>): string {
  return params === undefined ? code : `${code} ${JSON.stringify(params)}`;
}

/** That numbers so large are inexact says less than the limit of the field. */
function isOfNumbers(issue: z.core.$ZodIssue): boolean {
  return (
    (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER) ||
    (issue.code === 'too_small' && issue.minimum === Number.MIN_SAFE_INTEGER)
  );
}

function ofIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, MOST)
      .map((key) => fieldProblem(pathOf([...issue.path, key]), 'unknown_field'));
  const [, code, params] = /^(\w+)(?: (.*))?$/s.exec(issue.message) ?? [];
  const path = pathOf(issue.path);
  // Words that a schema has for itself alone stay as they are.
  if (code === undefined || !isFieldCode(code))
    return [{ path, code: 'invalid_format', message: issue.message }];
  return [problemOf(path, code, params === undefined ? undefined : (JSON.parse(params) as Params))];
}

function isFieldCode(code: string): code is FieldCode {
  return Object.hasOwn(FIELD_CODES, code);
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, LONGEST_PATH);
}

/** The code of what a check without one of its own found. */
function codeOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return coded('required');
      return coded('invalid_type', { expected: TYPE_NAMES[issue.expected] ?? issue.expected });
    }
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union': // of forms that one field tells apart, and none has its value
      return Array.isArray(issue.options) ? oneOf(issue.options) : coded('invalid_format');
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'invalid_format':
      return coded(FORMATS[issue.format] ?? 'invalid_format');
    default:
      return coded('invalid_format');
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

const FORMATS: Readonly<Record<string, 'invalid_id'>> = {
  uuid: 'invalid_id',
};

function oneOf(values: readonly unknown[]): string {
  const allowed = values.map(String).join(', ');
  return values.length === 1 ? coded('fixed_value', { allowed }) : coded('invalid_value', { allowed });
}

function tooSmall(origin: string, min: number): string {
  switch (origin) {
    case 'string':
      return min === 1 ? coded('empty') : coded('too_short', { min });
    case 'array':
      return min === 1 ? coded('entry_required') : coded('too_few_entries', { min });
    default:
      return coded('too_small', { min });
  }
}

function tooBig(origin: string, max: number): string {
  switch (origin) {
    case 'string':
      return coded('too_long', { max });
    case 'array':
      return coded('too_many_entries', { max });
    default:
      return coded('too_large', { max });
  }
}
