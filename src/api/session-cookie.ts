/**
 * The cookies of people: out of reach for scripts, and never sent along from another site. Over https their names have the prefix that
 * browsers accept only from this very host, over https, and for every path; no other host can set them then.
 */
import type { CookieOptions, Request, Response } from 'express';
import { KEPT_MS } from '../access/kept-by-browser';
import { SESSION_LIFE_MS } from '../access/sessions';

/** A cookie. */
export class PersonsCookie {
  /**
   * @param name over plain http, which a deployment has on loopback only
   * @param lifeMs for which browsers keep it. When what it holds ends is up to the server.
   */
  constructor(
    readonly name: string,
    private readonly lifeMs: number,
  ) {}

  /** The value that a request brings, if any. */
  read(req: Request): string | undefined {
    const start = `${this.nameFor(req)}=`;
    const pairs = req.get('cookie')?.split(';') ?? [];
    const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(start));
    return found?.slice(start.length);
  }

  /** Has the browser keep a value. */
  set(req: Request, res: Response, value: string): void {
    res.cookie(this.nameFor(req), value, { ...options(req), maxAge: this.lifeMs });
  }

  /** Has the browser forget it. */
  clear(req: Request, res: Response): void {
    res.clearCookie(this.nameFor(req), options(req));
  }

  private nameFor(req: Request): string {
    return req.secure ? `__Host-${this.name}` : this.name;
  }
}

/** Holds a session's value. */
export const sessionCookie = new PersonsCookie('cpm_session', SESSION_LIFE_MS);

/** Holds a log-in that is under way, sealed. */
export const logInCookie = new PersonsCookie('cpm_log_in', KEPT_MS);

function options(req: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: req.secure };
}
