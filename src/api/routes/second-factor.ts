import type { Request } from 'express';
import { completeLogIn, halfLogIns, type HalfLogIn } from '../../access/half-log-in';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  recoveryCodes,
  secondFactorBegin,
  secondFactorCode,
  secondFactorEnd,
  secondFactorSecret,
  secondFactorView,
  showSecondFactor,
} from '../../access/second-factor';
import type { Caller } from '../../access/authenticate';
import type { LiveSession } from '../../access/sessions';
import { databaseNow, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { refusal } from '../../platform/errors';
import { addressOf, limitAttempts, refuseExceeded, type AttemptLimit } from '../attempt-limit';
import { eventOf } from '../audited';
import * as examples from '../examples/access';
import { noted } from '../note-log-in';
import { route, type Route } from '../route';
import { begin, requirePasswords, session, type Entrance, type WaysIn } from '../schemas/session';
import { logInCookie } from '../session-cookie';
import { passwordLimit } from './session';

const tag = 'Session';

/** Wrong codes of an account within an hour. Three of a million are right, so guessing all day has a chance of one in a thousand. */
const MOST_CODES = 10;

/** The second step of a log-in, whose first one was a password. */
export function codeRoutes(db: Database, sealer: Sealer, entrance: Entrance): Route[] {
  const halfOf = async (req: Request): Promise<HalfLogIn | undefined> =>
    halfLogIns.open(sealer, logInCookie.read(req), await databaseNow(db));
  const limit: AttemptLimit = {
    ...{ name: 'code', most: MOST_CODES, windowMs: 3_600_000 },
    // Only who has the password can use up the tries of an account.
    key: async (req) => (await halfOf(req))?.administratorId ?? addressOf(req),
  };
  return [
    route({
      method: 'post',
      path: '/v1/session/code',
      operationId: 'completeLogIn',
      tag,
      access: 'open',
      summary: 'Log in with a code, after the password',
      description:
        "Where `POST /v1/session` has answered with the state `second-factor`; within ten minutes, by the cookie that it has set. Sets the session's " +
        `cookie. Each code is good once. After ${MOST_CODES} wrong ones within an hour further ones are refused until it is over.`,
      body: secondFactorCode,
      examples: examples.code,
      guards: [refuseExceeded(db, limit)],
      bodyGuards: [limitAttempts(db, limit)],
      status: 200,
      answer: session,
      refusals: [401, 403, 429],
      exchange: async ({ body }, http) => {
        requirePasswords(entrance.ways);
        const half = await halfOf(http.req);
        if (!half) throw refusal('log_in_not_begun');
        const event = {
          ...eventOf({ operationId: 'completeLogIn' }, undefined, http.req, http.res),
          ...({ actorKind: 'administrator', actorId: half.administratorId, actorName: half.email } as const),
        };
        const loggedIn = await noted(db, event, () => completeLogIn(db, sealer, half, body));
        logInCookie.clear(http.req, http.res);
        return begin(db, entrance, loggedIn, http);
      },
    }),
  ];
}

/** The second factor of who is logged in. */
export function secondFactorRoutes(db: Database, sealer: Sealer, ways: WaysIn): Route[] {
  const access = { role: 'viewer', withoutSecondFactor: true } as const;
  const limits = {
    guards: [refuseExceeded(db, passwordLimit)],
    bodyGuards: [limitAttempts(db, passwordLimit)],
  };
  const sessionOf = ({ session: live }: Caller): LiveSession => {
    requirePasswords(ways);
    if (!live) throw refusal('session_required');
    return live;
  };
  return [
    route({
      method: 'get',
      path: '/v1/session/second-factor',
      operationId: 'getSecondFactor',
      tag,
      access,
      summary: 'Tell whether you have a second factor',
      status: 200,
      answer: secondFactorView,
      read: ({ caller }) => showSecondFactor(db, sessionOf(caller)),
    }),
    route({
      method: 'post',
      path: '/v1/session/second-factor',
      operationId: 'beginSecondFactor',
      tag,
      access,
      summary: 'Get a secret for your authenticator app',
      description:
        'Codes are asked for once one has been right: `PUT` it. A secret that was not confirmed is replaced.',
      body: secondFactorBegin,
      examples: examples.secondFactorBegin,
      ...limits,
      status: 201,
      answer: secondFactorSecret,
      refusals: [409, 429],
      act: ({ caller, body }) => beginSecondFactor(db, sealer, sessionOf(caller), body),
    }),
    route({
      method: 'put',
      path: '/v1/session/second-factor',
      operationId: 'confirmSecondFactor',
      tag,
      access,
      summary: 'Have a code asked for at each log-in',
      description: 'Answers with recovery codes, which are shown only here. Your other sessions end.',
      body: secondFactorCode,
      examples: examples.code,
      ...limits,
      status: 200,
      answer: recoveryCodes,
      refusals: [409, 429],
      act: ({ caller, body }) => confirmSecondFactor(db, sealer, sessionOf(caller), body),
    }),
    route({
      method: 'post',
      path: '/v1/session/second-factor/end',
      operationId: 'endSecondFactor',
      tag,
      access: { role: 'viewer' },
      summary: 'Have no code asked for any more',
      body: secondFactorEnd,
      examples: examples.secondFactorEnd,
      ...limits,
      status: 204,
      refusals: [403, 409, 429],
      act: async ({ caller, body }) => {
        const live = sessionOf(caller);
        if (ways.secondFactorRequired) throw refusal('second_factor_required');
        await endSecondFactor(db, sealer, live, body);
      },
    }),
  ];
}
