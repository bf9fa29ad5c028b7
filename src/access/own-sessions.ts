/** Where somebody is logged in, and how that ends. */
import { z } from 'zod';
import { databaseNow, type Database, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { idOf, shownTime } from '../platform/fields';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { requireAdministrator } from './administrators';
import { closeSessions, type LiveSession } from './sessions';

export const sessionId = idOf('session');

/** A session as its person sees it. */
export const ownSession = z
  .object({
    id: sessionId,
    isCurrent: z
      .boolean()
      .meta({ description: 'It is the one in which this is asked for.', examples: [true] }),
    createdAt: shownTime('When it began.'),
    lastSeenAt: shownTime('When it was last used, give or take five minutes.'),
    expiresAt: shownTime('When it ends by itself, unless it is used before.'),
    address: z
      .string()
      .nullable()
      .meta({ description: 'Where the log-in came from; `null`: not known.', examples: ['198.51.100.7'] }),
    userAgent: z
      .string()
      .nullable()
      .meta({
        description: 'What the browser calls itself; `null`: not known.',
        examples: ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
      }),
  })
  .meta({ id: 'OwnSession', description: 'Where you are logged in.' });

/** One page of somebody's sessions that have not ended, the newest first. */
export async function listOwnSessions(
  db: Database,
  { administratorId, id: current }: LiveSession,
  paging: Paging,
): Promise<Page<z.output<typeof ownSession>>> {
  const where = { administratorId, expiresAt: { gt: await databaseNow(db) } };
  return readPage(
    newestFirst('own-sessions'),
    paging,
    ({ after, ...window }) => db.session.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.session.count({ where }),
    ({ id, createdAt, lastSeenAt, expiresAt, address, userAgent }) => ({
      ...{ id, isCurrent: id === current, address, userAgent },
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }),
  );
}

/**
 * Ends one of somebody's sessions.
 * @throws ServiceError where they have none of this id.
 */
export async function endOwnSession(tx: Tx, { administratorId }: LiveSession, id: string): Promise<void> {
  const { count } = await tx.session.deleteMany({ where: { id, administratorId } });
  if (count === 0) throw refusal('session_not_found');
}

/**
 * Ends all sessions of somebody.
 * @throws ServiceError where there is no such administrator.
 */
export async function endSessionsOf(tx: Tx, administratorId: string): Promise<void> {
  await requireAdministrator(tx, administratorId);
  await closeSessions(tx, administratorId);
}
