/**
 * The cookie that holds a session's value: out of reach for scripts, and never sent along from another site. Over https its name
 * has the prefix that browsers accept only from this very host, over https, and for every path; no other host can set it then.
 */
import type { CookieOptions, Request, Response } from 'express';
import { SESSION_LIFE_MS } from '../access/sessions';

/** The cookie's name over plain http, which a deployment has on loopback only. */
export const SESSION_COOKIE = 'cpm_session';

/** The cookie's name over https. */
export const SECURE_SESSION_COOKIE = `__Host-${SESSION_COOKIE}`;

/** The value that a request brings, if any. */
export function readSessionCookie(req: Request): string | undefined {
  const start = `${nameFor(req)}=`;
  const pairs = req.get('cookie')?.split(';') ?? [];
  const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(start));
  return found?.slice(start.length);
}

/** Has the browser keep the value. When the session ends is up to the server. */
export function setSessionCookie(req: Request, res: Response, value: string): void {
  res.cookie(nameFor(req), value, { ...options(req), maxAge: SESSION_LIFE_MS });
}

/** Has the browser forget it. */
export function clearSessionCookie(req: Request, res: Response): void {
  res.clearCookie(nameFor(req), options(req));
}

function nameFor(req: Request): string {
  return req.secure ? SECURE_SESSION_COOKIE : SESSION_COOKIE;
}

function options(req: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: req.secure };
}
