/** Who calls, by API key. */
import type { Database } from '../platform/database';
import { hashApiKey } from './api-keys';
import type { LiveSession } from './sessions';

/** Somebody who may call. */
export interface Caller {
  readonly id: string;
  /** Goes into payloads as `recordedClientName`. */
  readonly name: string;
  /** Of a person in the admin UI. */
  readonly session?: LiveSession;
}

/** Tells callers by their keys. */
export interface ApiKeyAuthenticator {
  /** Undefined for a key that is unknown or revoked. */
  authenticate(key: string): Promise<Caller | undefined>;
  /** Forgets a key that this process has just revoked; others follow within the cache's few seconds. */
  forget(keyId: string): void;
}

/** A revoked key may be accepted for this long by processes other than the one that revoked it. */
const CACHE_MS = 5_000;
const CACHE_SIZE = 1_000;
const TOUCH_INTERVAL_MS = 60_000;

/** An authenticator that asks the database at most once in a few seconds for each valid key. */
export function createApiKeyAuthenticator(db: Database): ApiKeyAuthenticator {
  const cache = new Map<string, { readonly caller: Caller; readonly until: number }>();

  /** Only keys that exist are kept, so guessing fills nothing. */
  async function look(hash: string): Promise<Caller | undefined> {
    const row = await db.apiKey.findFirst({ where: { hash, revokedAt: null } });
    if (!row) return undefined;
    const now = Date.now();
    if (now - (row.lastUsedAt?.getTime() ?? 0) > TOUCH_INTERVAL_MS) {
      await db.apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
    }
    const caller = { id: row.id, name: row.name };
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(hash, { caller, until: now + CACHE_MS });
    return caller;
  }

  return {
    async authenticate(key) {
      const hash = hashApiKey(key);
      const known = cache.get(hash);
      if (known && known.until > Date.now()) return known.caller;
      cache.delete(hash);
      return look(hash);
    },
    forget(keyId) {
      for (const [hash, { caller }] of cache) if (caller.id === keyId) cache.delete(hash);
    },
  };
}
