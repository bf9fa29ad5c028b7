/**
 * Whether an error carries the code (`ENOENT`, `EEXIST`, PostgreSQL's `42P04`).
 *
 * Looks at the property alone: Node's own errors are no instances of the `Error` of a test's realm.
 */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
