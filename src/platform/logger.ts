import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * The process's logger: JSON lines on standard output.
 *
 * What is logged is ids, counts and durations. Payloads, addresses, URLs of subscribers and credentials are never
 * handed to it (rule `ids-only`); the redaction is a second line of defence, not the first.
 */
export function createLogger(level: string, name: string): Logger {
  return pino({
    name,
    level,
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
  });
}
