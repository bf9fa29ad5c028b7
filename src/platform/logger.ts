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
