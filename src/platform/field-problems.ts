import type { z } from 'zod';
import type { FieldProblem } from './errors';

/** More than these help nobody, and a hostile body could cause thousands. */
const MOST = 50;
const LONGEST_PATH = 200;

/**
 * What a schema found, as problems of fields. Holds names of fields and allowed forms, never values: zod's own messages
 * keep to that too.
 * Parse with `reportInput`, so that a missing field can be told from a wrong one.
 */
export function fieldProblems(error: z.ZodError): FieldProblem[] {
  const all = error.issues.flatMap(ofIssue);
  // What is wrong in one way is often wrong in others that follow from it.
  const firsts = new Map(all.toReversed().map((problem) => [problem.path, problem]));
  return [...firsts.values()].reverse().slice(0, MOST);
}

function ofIssue(issue: z.core.$ZodIssue): FieldProblem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => at([...path, key], 'is not a known field'));
  }
  if (issue.code === 'invalid_type' && 'input' in issue && issue.input === undefined)
    return [at(path, 'is required')];
  return [at(path, issue.message)];
}

function at(path: readonly PropertyKey[], message: string): FieldProblem {
  return { path: path.map(String).join('.').slice(0, LONGEST_PATH), message };
}
