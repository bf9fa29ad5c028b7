/** Who calls, by API key. */
import type { Database } from '../platform/database';
import { isValid } from './api-keys';
import { applicationsOf } from './applications';
import { scopesAmong, type Scope } from './scopes';
import type { LiveSession } from './sessions';
import { hashOfToken } from './secret-token';

/** Somebody who may call. */
export interface Caller {
  readonly id: string;
  /** Goes into payloads as `recordedClientName`. */
  readonly name: string;
  /** What a key may do; of a person the role tells. */
  readonly scopes: readonly Scope[];
  /** The applications that exist for them; null: all. */
  readonly applicationIds: readonly string[] | null;
  /** Of a person in the admin UI. */
  readonly session?: LiveSession;
}

/** Tells callers by their keys. */
export interface ApiKeyAuthenticator {
  /** Undefined for a key that is unknown, revoked or over. */
  authenticate(key: string): Promise<Caller | undefined>;
  /** The id of a key that was valid once and is not any more; undefined for one that is unknown, or valid. */
  endedKey(key: string): Promise<string | undefined>;
  /** Forgets all keys, since one was revoked, in this process or another. */
  forget(): void;
  /** Whether {@link forget} is called, from now on, for what other processes revoke. Until then it is not. */
  hearOthers(heard: boolean): void;
}

/** A key is looked up after this in any case, for a lost connection may go unnoticed for a while. Milliseconds. */
const CACHE_MS = 10_000;
/** The same while nothing tells what other processes revoke. */
const UNHEARD_CACHE_MS = 2_000;
const CACHE_SIZE = 1_000;
/** `lastUsedAt` is written no more often, so that it costs no request a statement. */
const TOUCH_INTERVAL_MS = 60_000;

/** A key in the cache: since when, and when it ends. */
interface Known {
  readonly caller: Caller;
  readonly since: number;
  readonly until: number;
}

/** An authenticator that asks the database at most once in a few seconds for each valid key. */
export function createApiKeyAuthenticator(db: Database): ApiKeyAuthenticator {
  let cache = new Map<string, Known>();
  let othersHeard = false;

  /** Only keys that exist are kept, so guessing fills nothing. */
  async function look(hash: string): Promise<Caller | undefined> {
    // One that is revoked while it is looked up lands in the cache that was forgotten.
    const current = cache;
    const now = Date.now();
    const row = await db.apiKey.findUnique({ where: { hash } });
    if (!row || !isValid(row, now)) return undefined;
    if (now - (row.lastUsedAt?.getTime() ?? 0) > TOUCH_INTERVAL_MS) {
      await db.apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
    }
    const { id, name, scopes } = row;
    const caller = { id, name, scopes: scopesAmong(scopes), applicationIds: applicationsOf(row) };
    if (current.size >= CACHE_SIZE) current.clear();
    current.set(hash, { caller, since: now, until: row.expiresAt?.getTime() ?? Infinity });
    return caller;
  }

  return {
    async authenticate(key) {
      const hash = hashOfToken(key);
      const known = cache.get(hash);
      const now = Date.now();
      if (!known || now - known.since >= (othersHeard ? CACHE_MS : UNHEARD_CACHE_MS)) return look(hash);
      return now < known.until ? known.caller : undefined;
    },
    async endedKey(key) {
      const row = await db.apiKey.findUnique({ where: { hash: hashOfToken(key) } });
      return row && !isValid(row, Date.now()) ? row.id : undefined;
    },
    forget() {
      cache = new Map();
    },
    hearOthers(heard) {
      othersHeard = heard;
    },
  };
}
