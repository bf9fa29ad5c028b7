import type { z } from 'zod';
import type { FieldProblem } from './errors';

/** The most problems in an answer: more help nobody, and a hostile body could have thousands. */
const MOST = 50;
const LONGEST_PATH = 200;

/** What came in has the form of a schema, or the problems of its fields. */
export type Checked<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Holds input against a schema. Problems tell names of fields and allowed forms, never values. */
export function checkInput<T>(schema: z.ZodType<T>, input: unknown): Checked<T> {
  const result = schema.safeParse(input, { reportInput: true, error: wording });
  if (result.success) return { ok: true, data: result.data };
  const all = result.error.issues.flatMap(ofIssue);
  // What is wrong in one way is often wrong in others that follow from it.
  const firsts = new Map(all.toReversed().map((problem) => [problem.path, problem]));
  return { ok: false, problems: [...firsts.values()].reverse().slice(0, MOST) };
}

function ofIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => at([...issue.path, key], 'is not a known field'));
  return [at(issue.path, issue.message)];
}

function at(path: readonly PropertyKey[], message: string): FieldProblem {
  return { path: path.map(String).join('.').slice(0, LONGEST_PATH), message };
}

/** The allowed form, where the schema has no words of its own for it. Undefined leaves it to zod. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is required'
        : `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'invalid_union': // of forms that one field tells apart, and none has its value
      return Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : undefined;
    default:
      return undefined;
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

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}
