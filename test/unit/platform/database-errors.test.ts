import { runInNewContext } from 'node:vm';
import { Prisma } from '../../../src/platform/database';
import { isDatabaseAway } from '../../../src/platform/database-errors';

const known = (code: string, meta?: Record<string, unknown>): Error =>
  new Prisma.PrismaClientKnownRequestError('failed', { code, clientVersion: '7', ...(meta ? { meta } : {}) });

const withCause = (cause: Record<string, unknown>): Error => new Error('DriverAdapterError', { cause });

describe('an error of the database', () => {
  it.each([
    ['Prisma cannot reach it', known('P1001')],
    ['no connection is free', known('P2024')],
    ['the transaction was lost', known('P2028')],
    ['Prisma cannot begin at all', new Prisma.PrismaClientInitializationError('away', '7')],
    ['the connection is refused', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [
      'it is refused, as a socket of another realm tells',
      runInNewContext(`Object.assign(new Error('x'), { code: 'ECONNREFUSED' })`) as unknown,
    ],
    ['PostgreSQL shuts down', withCause({ originalCode: '57P01' })],
    ['PostgreSQL has no connection left', withCause({ code: '53300' })],
    ['two transactions block each other', withCause({ originalCode: '40P01' })],
    ['the adapter has lost its connection', withCause({ kind: 'ConnectionClosed' })],
    ['node-postgres has lost it', new Error('Connection terminated unexpectedly')],
    [
      'Prisma wraps an error of PostgreSQL',
      known('P2010', { driverAdapterError: withCause({ originalCode: '57P03' }) }),
    ],
  ])('passes by itself where %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['a unique value exists already', known('P2002')],
    ['a row is missing', known('P2025')],
    ['a statement is wrong', known('P2010', { driverAdapterError: withCause({ originalCode: '42601' }) })],
    ['a constraint is violated', withCause({ originalCode: '23505' })],
    ['it is a mistake of ours', new TypeError('x is not a function')],
    ['somebody else has a code of five characters', Object.assign(new Error('x'), { code: 'EPERM' })],
    ['something was thrown that is no error', 'ECONNREFUSED'],
    ['nothing was thrown', undefined],
  ])('does not where %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
