import type { Logger } from '../../../src/platform/logger';
import { CONNECTION_LOST } from './stepwise-database';

const nothing = (): void => undefined;
const SILENCE = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a history logs is in its trace. */
export const SILENT = SILENCE as unknown as Logger;

interface Told {
  readonly err?: unknown;
}

/**
 * Whether it is the database's trouble: an answer that was lost, or a transaction that has lasted too long. On a slow machine one
 * may, since each of its steps waits for those of others.
 */
export function isTrouble(error: unknown): boolean {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  return ['P2028', 'ETIMEDOUT'].includes(code) || message === CONNECTION_LOST;
}

/** Hears of what the service itself takes for a mistake of its own, and of those that it goes on after. */
export function listening(hear: (mistake: unknown) => void): Logger {
  const warn = ({ err }: Told): void => {
    if (err instanceof TypeError) hear(err);
  };
  const error = ({ err }: Told): void => {
    if (!isTrouble(err)) hear(err);
  };
  return { ...SILENCE, error, warn } as unknown as Logger;
}
