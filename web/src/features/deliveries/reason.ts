/** Why an attempt failed, beyond its status: an error that only repeats the status says nothing more. */
export function reasonBeside(statusCode: number | null, error: string | null): string | null {
  if (error === `HTTP ${statusCode}`) return null;
  return error?.replace(`HTTP ${statusCode}: `, '') ?? null;
}
