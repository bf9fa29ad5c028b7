import { z } from 'zod';
import type { Caller } from '../../access/authenticate';
import { endOwnSession, listOwnSessions, ownSession, sessionId } from '../../access/own-sessions';
import { closeOtherSessions, type LiveSession } from '../../access/sessions';
import type { Database } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const tag = 'Session';
const access = { role: 'viewer' } as const;

/** Where the one who is logged in is so too. */
export function ownSessionRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sessions',
      operationId: 'listOwnSessions',
      tag,
      access,
      summary: 'List where you are logged in',
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(ownSession, 'OwnSessionPage'),
      read: ({ caller, query }) => listOwnSessions(db, sessionOf(caller), query),
    }),
    route({
      method: 'post',
      path: '/v1/sessions/end-others',
      operationId: 'endOtherSessions',
      tag,
      access,
      summary: 'End your other sessions',
      description: 'All but the one in which this is called.',
      status: 204,
      change: (tx, { caller }) => closeOtherSessions(tx, sessionOf(caller)),
    }),
    route({
      method: 'delete',
      path: '/v1/sessions/{id}',
      operationId: 'endOwnSession',
      tag,
      access,
      summary: 'End one of your sessions',
      params: z.object({ id: sessionId }),
      status: 204,
      refusals: [404],
      change: (tx, { caller, params }) => endOwnSession(tx, sessionOf(caller), params.id),
    }),
  ];
}

function sessionOf({ session }: Caller): LiveSession {
  if (!session) throw refusal('session_required');
  return session;
}
