/** Who calls: a program by its `X-API-Key`, or a person by the session of the admin UI. */
import type { Request, RequestHandler, Response } from 'express';
import type { ApiKeyAuthenticator, Caller, KnownKey } from '../access/authenticate';
import { sameText } from '../access/secret-token';
import { requireAccess, type Access } from '../access/permit';
import { findSession, type LiveSession } from '../access/sessions';
import type { Database } from '../platform/database';
import { refusal, ServiceError } from '../platform/errors';
import { eventOf, noteRefusal, objectOf } from './audited';
import type { Route } from './route';
import type { WaysIn } from './schemas/session';
import { sessionCookie } from './session-cookie';

/** The name of the admin UI in payloads; the id tells which administrator it was. */
const UI_CLIENT_NAME = 'admin UI';

/**
 * Refuses unknown callers. An API key takes precedence over a session cookie. Who still uses a key that was revoked, or is over, is
 * told by the audit trail (rule `audit-trail`).
 */
export function authentication(
  db: Database,
  authenticator: ApiKeyAuthenticator,
  routes: readonly Pick<Route, 'method' | 'path' | 'operationId'>[],
  ways: Pick<WaysIn, 'secondFactorRequired'>,
): RequestHandler {
  const operationOf = operationFinder(routes);
  return async (req, res, next) => {
    const key = req.get('X-API-Key');
    const known =
      key === undefined ? await callerBySession(db, req, ways) : await authenticator.recognise(key);
    if (known && 'caller' in known) {
      res.locals.caller = known.caller;
      next();
      return;
    }
    const refused = refusal('unauthenticated');
    const operationId = operationOf(req);
    if (known && operationId !== undefined) {
      const event = eventOf({ operationId }, { id: known.endedId }, req, res);
      await noteRefusal(db, { ...event, refusedFor: refused.code });
    }
    throw refused;
  };
}

/** Tells which operation a request is for, before it is routed; undefined where there is none. */
function operationFinder(
  routes: readonly Pick<Route, 'method' | 'path' | 'operationId'>[],
): (req: Request) => string | undefined {
  const patterns = routes.map(({ method, path, operationId }) => ({
    ...{ method: method.toUpperCase(), operationId },
    // A part that varies may hold anything but a slash; those that do not vary come first.
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    variable: path.split('{').length,
  }));
  patterns.sort((a, b) => a.variable - b.variable);
  return ({ method, baseUrl, path }) =>
    patterns.find((each) => each.method === method && each.pattern.test(baseUrl + path))?.operationId;
}

/** Refuses callers who may not use the route (rule `declared-access`). */
export function permit(
  db: Database,
  route: Pick<Route, 'operationId' | 'params'>,
  access: Access,
): RequestHandler {
  return async (req, res, next) => {
    const caller = callerOf(res);
    try {
      requireAccess(access, caller);
    } catch (error) {
      const refusedFor = error instanceof ServiceError ? error.code : undefined;
      const asked = objectOf(route.params?.safeParse(req.params).data, undefined, undefined);
      await noteRefusal(db, { ...eventOf(route, caller, req, res), refusedFor }, asked);
      throw error;
    }
    next();
  };
}

/** Who makes the request; for handlers that run after {@link authentication}. */
export function callerOf(res: Response): Caller {
  return (res.locals as { caller: Caller }).caller;
}

/**
 * The session of a request's cookie; undefined where there is none.
 * @throws ServiceError `csrf_token_invalid` where the request could change something and lacks the session's CSRF token:
 *   another site can make a browser send the cookie, should SameSite fail us, but can't read the token.
 */
export async function sessionOf(db: Database, req: Request): Promise<LiveSession | undefined> {
  const cookie = sessionCookie.read(req);
  const session = cookie === undefined ? undefined : await findSession(db, cookie);
  if (!session || req.method === 'GET' || req.method === 'HEAD') return session;
  if (!sameText(req.get('X-CSRF-Token') ?? '', session.csrfToken)) {
    throw refusal('csrf_token_invalid');
  }
  return session;
}

async function callerBySession(
  db: Database,
  req: Request,
  { secondFactorRequired }: Pick<WaysIn, 'secondFactorRequired'>,
): Promise<KnownKey | undefined> {
  const session = await sessionOf(db, req);
  if (!session) return undefined;
  const { administratorId: id, applicationIds, lacksSecondFactor } = session;
  const hasToSetUpSecondFactor = secondFactorRequired && lacksSecondFactor;
  return {
    caller: { id, name: UI_CLIENT_NAME, scopes: [], applicationIds, session, hasToSetUpSecondFactor },
  };
}
