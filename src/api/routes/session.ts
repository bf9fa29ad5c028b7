import type { Request } from 'express';
import { recordEvent } from '../../access/audit';
import { hasAdministrator } from '../../access/administrators';
import { changePassword, credentials, logIn, passwordChange, setUp, setup } from '../../access/login';
import { halfLogIns } from '../../access/half-log-in';
import { closeSession, type LiveSession } from '../../access/sessions';
import { databaseNow, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { refusal } from '../../platform/errors';
import { addressOf, limitAttempts, refuseExceeded, type AttemptLimit } from '../attempt-limit';
import { eventOf } from '../audited';
import { callerOf, sessionOf } from '../authentication';
import * as examples from '../examples/access';
import { noteLogIn, noted } from '../note-log-in';
import { route, type HttpExchange, type Route } from '../route';
import {
  begin,
  requirePasswords,
  session,
  showSession,
  showWays,
  type Entrance,
  type Session,
  type WaysIn,
} from '../schemas/session';
import { logInCookie, sessionCookie } from '../session-cookie';

const tag = 'Session';

const WINDOW_MS = 15 * 60_000;

/** Few enough that no password of the required length is ever guessed; many for somebody who mistypes. */
const MOST_PER_ACCOUNT = 10;
/** From all addresses together: a stranger alone never reaches it, and locks nobody out of an account of theirs. */
const MOST_PER_ACCOUNT_ANYWHERE = 100;
/** A whole office may share one network address. */
const MOST_PER_ADDRESS = 50;

const perAddress: AttemptLimit = {
  ...{ name: 'login-address', most: MOST_PER_ADDRESS, windowMs: WINDOW_MS },
  key: addressOf,
};
const perAccount: AttemptLimit = {
  ...{ name: 'login-account-address', most: MOST_PER_ACCOUNT, windowMs: WINDOW_MS },
  key: (req) => `${accountOf(req)} ${addressOf(req)}`,
};
const perAccountAnywhere: AttemptLimit = {
  ...{ name: 'login-account', most: MOST_PER_ACCOUNT_ANYWHERE, windowMs: WINDOW_MS },
  key: accountOf,
};
const setupPerAddress: AttemptLimit = { ...perAddress, name: 'setup' };

/** Of who is logged in, wherever they are asked for their password. */
export const passwordLimit: AttemptLimit = {
  ...{ name: 'password', most: MOST_PER_ACCOUNT, windowMs: WINDOW_MS },
  key: (_req, res) => callerOf(res).id,
};

/** Logging in to the admin UI, and out. */
export function sessionRoutes(db: Database, sealer: Sealer, setupCode: string, entrance: Entrance): Route[] {
  const { ways } = entrance;
  return [
    route({
      method: 'post',
      path: '/v1/setup',
      operationId: 'setUp',
      tag,
      access: 'open',
      summary: 'Create the first administrator',
      description:
        'Only while there is none; logs them in. The code is printed on the standard output of the API.',
      body: setup,
      examples: examples.firstAdministrator,
      guards: [refuseExceeded(db, setupPerAddress)],
      bodyGuards: [limitAttempts(db, setupPerAddress)],
      status: 201,
      answer: session,
      refusals: [403, 409, 429],
      exchange: async ({ body }, http) => {
        requirePasswords(ways);
        const event = eventOf({ operationId: 'setUp' }, undefined, http.req, http.res);
        const first = await noted(db, event, () => setUp(db, setupCode, body));
        return begin(db, entrance, first, http);
      },
    }),
    route({
      method: 'get',
      path: '/v1/session',
      operationId: 'getSession',
      tag,
      access: 'open',
      summary: 'Tell who is logged in',
      status: 200,
      answer: session,
      exchange: async (_request, { req }): Promise<Session> => {
        const live = await sessionOf(db, req);
        if (live) return showSession(entrance, live);
        const kept = logInCookie.read(req);
        if (kept && halfLogIns.open(sealer, kept, await databaseNow(db))) return awaitingCode(ways);
        const isNew = ways.passwords && !(await hasAdministrator(db));
        return { state: isNew ? 'setup' : 'anonymous', logInBy: showWays(ways) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/session',
      operationId: 'logIn',
      tag,
      access: 'open',
      summary: 'Log in',
      description:
        "Sets the session's cookie, or answers with the state `second-factor` where a code is asked for as well. After " +
        `${MOST_PER_ACCOUNT} failures for an account from an address, ${MOST_PER_ADDRESS} from an address, or ` +
        `${MOST_PER_ACCOUNT_ANYWHERE} for an account, within a quarter of an hour further attempts are refused until it ` +
        'is over.',
      body: credentials,
      examples: examples.logIn,
      guards: [refuseExceeded(db, perAddress)],
      bodyGuards: [perAddress, perAccount, perAccountAnywhere].map((limit) => limitAttempts(db, limit)),
      status: 200,
      answer: session,
      refusals: [401, 403, 429],
      exchange: async ({ body }, http) => {
        requirePasswords(ways);
        const loggedIn = await logIn(db, body);
        if (loggedIn && 'passwordMark' in loggedIn) {
          logInCookie.set(http.req, http.res, halfLogIns.seal(sealer, loggedIn, await databaseNow(db)));
          return awaitingCode(ways);
        }
        const event = eventOf({ operationId: 'logIn' }, undefined, http.req, http.res);
        if (!loggedIn) {
          // Whose account it was for is not recorded: what was typed there may be anything.
          await recordEvent(db, { ...event, refusedFor: 'wrong_credentials' });
          throw refusal('wrong_credentials');
        }
        await noteLogIn(db, event, loggedIn);
        return begin(db, entrance, loggedIn, http);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/session',
      operationId: 'logOut',
      tag,
      access: 'open',
      summary: 'Log out',
      status: 204,
      refusals: [403],
      exchange: async (_request, { req, res }) => {
        const live = await sessionOf(db, req);
        if (live) {
          await closeSession(db, live.hash);
          await noteLogOut(db, live, { req, res });
        }
        sessionCookie.clear(req, res);
        logInCookie.clear(req, res);
      },
    }),
  ];
}

/** The account of the logged-in administrator. */
export function accountRoutes(db: Database, ways: WaysIn): Route[] {
  return [
    route({
      method: 'put',
      path: '/v1/session/password',
      operationId: 'changePassword',
      tag,
      access: { role: 'viewer' },
      summary: 'Change your password',
      description: 'Your other sessions end.',
      body: passwordChange,
      examples: examples.password,
      guards: [refuseExceeded(db, passwordLimit)],
      bodyGuards: [limitAttempts(db, passwordLimit)],
      status: 204,
      refusals: [409, 429],
      act: async ({ caller, body }) => {
        requirePasswords(ways);
        if (!caller.session) throw refusal('session_required');
        await changePassword(db, caller.session, body);
      },
    }),
  ];
}

async function noteLogOut(db: Database, live: LiveSession, { req, res }: HttpExchange): Promise<void> {
  const caller = { id: live.administratorId, session: live };
  await recordEvent(db, eventOf({ operationId: 'logOut' }, caller, req, res));
}

function awaitingCode(ways: WaysIn): Session {
  return { state: 'second-factor', logInBy: showWays(ways) };
}

/** What stands in the unvalidated body, told apart as the accounts are. */
function accountOf(req: Request): string {
  const given = (req.body as { email?: unknown } | undefined)?.email;
  return typeof given === 'string' ? given.trim().toLowerCase() : '';
}
