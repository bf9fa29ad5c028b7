import type { Logger } from '../../../src/platform/logger';

const nothing = (): void => undefined;
const SILENCE = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a history logs is in its trace. */
export const SILENT = SILENCE as unknown as Logger;

interface Told {
  readonly err?: unknown;
}

/** Whether a machine was too slow for it: each step of a transaction waits for those of others, and one may last so long. */
export function isTooSlow(error: unknown): boolean {
  return ['P2028', 'ETIMEDOUT'].includes((error as { readonly code?: string } | undefined)?.code ?? '');
}

/** Hears of what the service itself takes for a mistake of its own, and of those that it goes on after. */
export function listening(hear: (mistake: unknown) => void): Logger {
  const warn = ({ err }: Told): void => {
    if (err instanceof TypeError) hear(err);
  };
  const error = ({ err }: Told): void => {
    if (!isTooSlow(err)) hear(err);
  };
  return { ...SILENCE, error, warn } as unknown as Logger;
}
