import type { Logger } from '../../../src/platform/logger';

const nothing = (): void => undefined;
const SILENCE = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a history logs is in its trace. */
export const SILENT = SILENCE as unknown as Logger;

interface Told {
  readonly err?: unknown;
}

/** Hears of what the service itself takes for a mistake of its own, and of those that it goes on after. */
export function listening(hear: (mistake: unknown) => void): Logger {
  const warn = ({ err }: Told): void => {
    if (err instanceof TypeError) hear(err);
  };
  return { ...SILENCE, error: ({ err }: Told) => hear(err), warn } as unknown as Logger;
}
