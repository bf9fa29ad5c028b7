/** The cookie that holds a session's value: out of reach for scripts, and never sent along from another site. */
import type { CookieOptions, Request, Response } from 'express';
import { SESSION_LIFE_MS } from '../access/sessions';

/** The cookie's name. */
export const SESSION_COOKIE = 'cpm_session';

/** The value that a request brings, if any. */
export function readSessionCookie(req: Request): string | undefined {
  const pairs = req.get('cookie')?.split(';') ?? [];
  const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${SESSION_COOKIE}=`));
  return found?.slice(SESSION_COOKIE.length + 1);
}

/** Has the browser keep the value. When the session ends is up to the server. */
export function setSessionCookie(req: Request, res: Response, value: string): void {
  res.cookie(SESSION_COOKIE, value, { ...options(req), maxAge: SESSION_LIFE_MS });
}

/** Has the browser forget it. */
export function clearSessionCookie(req: Request, res: Response): void {
  res.clearCookie(SESSION_COOKIE, options(req));
}

function options(req: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: req.secure };
}
