import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeError } from './describe-error';
import { currentTrace } from './tracing';

export type { Logger } from 'pino';

/**
 * The process's logger: JSON lines, on standard output by default.
 *
 * What is logged is ids, counts and durations. Payloads, addresses, URLs of subscribers and credentials are never
 * handed to it (rule `ids-only`); the redaction is a second line of defence, not the first.
 */
export function createLogger(level: string, name: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name,
    level,
    // Messages of errors repeat what libraries were given.
    serializers: {
      err: describeError,
      error: (error: unknown) => (error instanceof Error ? describeError(error) : error),
    },
    mixin() {
      const trace = currentTrace();
      return trace ? { traceId: trace.traceId } : {};
    },
    hooks: {
      logMethod([first, ...others], log) {
        log.apply(this, worded(first, others) as Parameters<typeof log>);
      },
    },
    redact: {
      paths: [
        '*.password',
        '*.token',
        '*.secret',
        '*.authorization',
        '*.cookie',
        '*.url',
        '*.email',
        'url',
        'email',
      ],
      censor: '[redacted]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** An error without words beside it: its own would be logged as such. */
const WITHOUT_WORDS = 'an error';

/** Arguments of a log line, with words of ours. */
function worded(first: unknown, others: readonly unknown[]): readonly unknown[] {
  const fields = first instanceof Error ? { err: first } : first;
  const isError = typeof fields === 'object' && fields !== null && 'err' in fields;
  return isError && others.length === 0 ? [fields, WITHOUT_WORDS] : [fields, ...others];
}
