import type { Logger } from '../../../src/platform/logger';

const nothing = (): void => undefined;

/** What a history logs is in its trace. */
export const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing } as unknown as Logger;
