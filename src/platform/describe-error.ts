/** An error as it may be logged. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly frames: readonly string[];
  readonly cause?: DescribedError;
}

/**
 * What may be logged of an unexpected error: its kind and where it arose. Its message is left out, for others' messages
 * repeat what they were given (Prisma prints the arguments of a call, JSON.parse the text), and that may be personal.
 */
export function describeError(error: unknown, depth = 3): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    frames: framesOf(error),
    ...(error.cause !== undefined && depth > 1 && { cause: describeError(error.cause, depth - 1) }),
  };
}

/** The lines of the stack that follow the message, however many lines that has. */
function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((text) => /^ {4}at \S.*(:\d+:\d+\)?|\(<anonymous>\)|\(native\))$/.test(text))
    .map((text) => text.trim())
    .slice(0, 12);
}
