import type { Logger } from '../../../src/platform/logger';

const nothing = (): void => undefined;
const SILENCE = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a history logs is in its trace. */
export const SILENT = SILENCE as unknown as Logger;

/** Hears of what the service itself takes for a mistake of its own. */
export function listening(hear: (mistake: unknown) => void): Logger {
  const error = ({ err }: { readonly err: unknown }): void => hear(err);
  return { ...SILENCE, error, warn: error } as unknown as Logger;
}
