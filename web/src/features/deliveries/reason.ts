/** Why an attempt failed, beyond its status: an error that only repeats the status says nothing more. */
export function reasonBeside(statusCode: number | null, error: string): string | null {
  return error === `HTTP ${statusCode}` ? null : error.replace(`HTTP ${statusCode}: `, '');
}
