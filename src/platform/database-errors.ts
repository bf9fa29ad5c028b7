import { types } from 'node:util';
import { Prisma } from './database';

/**
 * Prisma's codes for a database that can't do it now, though it may soon: unreachable, timed out, connection or
 * transaction lost, no connection free, too many of them, deadlock.
 * @see https://www.prisma.io/docs/orm/reference/error-reference
 */
const PASSING_CODES = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P1018',
  'P2024',
  'P2028',
  'P2034',
  'P2037',
]);

/** SQLSTATE classes that mean the same: connection exception, transaction rollback, resources, operator intervention. */
const PASSING_CLASSES = new Set(['08', '40', '53', '57']);

/** Codes of node-postgres and the operating system for a connection that can't be made. */
const PASSING_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver adapter's words for the same, where it keeps no code. */
const PASSING_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
]);

/** A lost connection in the words of node-postgres, which gives these errors neither a code nor a class. */
const LOST_CONNECTION = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'timeout exceeded when trying to connect',
]);

/** Whether an error means that the database is away or overloaded, so that the same call may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return isPassing(error);
  return PASSING_CODES.has(error.code) || isPassing(error.meta?.driverAdapterError);
}

/** The driver adapter's error, with the error of PostgreSQL or of the socket. */
function isPassing(error: unknown): boolean {
  if (!types.isNativeError(error)) return false; // not `instanceof`: a socket's error may come from another realm
  if (LOST_CONNECTION.has(error.message)) return true;
  const { cause } = error;
  const codes = [error, cause].flatMap((source) =>
    typeof source === 'object' && source !== null
      ? ['code', 'originalCode', 'kind'].map((name) => (source as Record<string, unknown>)[name])
      : [],
  );
  return codes.some(
    (code) =>
      typeof code === 'string' &&
      (PASSING_SYSTEM_CODES.has(code) ||
        PASSING_KINDS.has(code) ||
        (code.length === 5 && PASSING_CLASSES.has(code.slice(0, 2)))),
  );
}
