/** Who calls, by API key. */
import { databaseNow, type Database } from '../platform/database';
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
  /** They may do nothing but set up a second factor (rule `required-second-factor`). */
  readonly hasToSetUpSecondFactor?: boolean;
}

/** What is known of a key: who may call by it, or that nobody may any more. */
export type KnownKey = { readonly caller: Caller } | { readonly endedId: string };

/** Tells callers by their keys. */
export interface ApiKeyAuthenticator {
  /** Undefined for a key that is unknown, revoked or over. */
  authenticate(key: string): Promise<Caller | undefined>;
  /** The same, and the id of a key that was valid once and is not any more. */
  recognise(key: string): Promise<KnownKey | undefined>;
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

/** A key in the cache: since when, and when it ends. Milliseconds, by a clock of this process that nobody sets. */
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
  async function look(hash: string): Promise<KnownKey | undefined> {
    // One that is revoked while it is looked up lands in the cache that was forgotten.
    const current = cache;
    const since = performance.now();
    // Both at once: a key ends by the database's clock (rule `database-clock`).
    const [row, at] = await Promise.all([db.apiKey.findUnique({ where: { hash } }), databaseNow(db)]);
    const now = at.getTime();
    if (!row) return undefined;
    if (!isValid(row, now)) return { endedId: row.id };
    if (now - (row.lastUsedAt?.getTime() ?? 0) > TOUCH_INTERVAL_MS) {
      await db.apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: at } });
    }
    const { id, name, scopes } = row;
    const caller = { id, name, scopes: scopesAmong(scopes), applicationIds: applicationsOf(row) };
    if (current.size >= CACHE_SIZE) current.clear();
    current.set(hash, { caller, since, until: since + ((row.expiresAt?.getTime() ?? Infinity) - now) });
    return { caller };
  }

  async function recognise(key: string): Promise<KnownKey | undefined> {
    const hash = hashOfToken(key);
    const known = cache.get(hash);
    const now = performance.now();
    const freshFor = othersHeard ? CACHE_MS : UNHEARD_CACHE_MS;
    if (!known || now - known.since >= freshFor || now >= known.until) return look(hash);
    return { caller: known.caller };
  }

  return {
    recognise,
    async authenticate(key) {
      const known = await recognise(key);
      return known && 'caller' in known ? known.caller : undefined;
    },
    forget() {
      cache = new Map();
    },
    hearOthers(heard) {
      othersHeard = heard;
    },
  };
}
