/** The parts that `npm start` brings along where none are configured: a data directory, PostgreSQL and Temporal. */
export { type ChildExit } from './child';
export { type DataDir, acquireDataDir } from './data-dir';
export { EmbeddedStackError } from './error';
export { freePort, LOOPBACK } from './ports';
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres';
export { runningPostgresUrl } from './running-postgres';
export { type EmbeddedStack, type EmbeddedStackOptions, startEmbeddedStack } from './stack';
export { type EmbeddedTemporal, type EmbeddedTemporalOptions, startEmbeddedTemporal } from './temporal';
