/** `/.well-known/jwks.json`: the public keys that webhooks are signed with, for everybody. */
import { Router } from 'express';
import type { Database } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { publicKeys, type KeySet } from '../subscriptions/signing';
import { mountPage } from './mount';

/** Whoever asks often costs no more than this: a new key is seen that much later. Milliseconds. */
const FRESH_MS = 2_000;
/** Seconds that others may keep the answer; shorter than any overlap of keys that is of use. */
const MAX_AGE = 60;

/**
 * Serves the key set.
 * @param others keys that no subscription has
 */
export function keySet(db: Database, sealer: Sealer, others: readonly string[]): Router {
  const router = Router();
  let kept: { readonly at: number; readonly keys: Promise<KeySet> } | undefined;
  mountPage(router, '/.well-known/jwks.json', async (_req, res) => {
    if (!kept || performance.now() - kept.at > FRESH_MS) {
      kept = { at: performance.now(), keys: publicKeys(db, sealer, others) };
      kept.keys.catch(() => (kept = undefined));
    }
    const keys = await kept.keys;
    res.set({ 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${MAX_AGE}` });
    res.send(JSON.stringify(keys));
  });
  return router;
}
