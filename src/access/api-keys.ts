/** API keys: shown once, stored as a hash, revoked rather than deleted. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database, Prisma, Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { idOf, line, shownTime } from '../platform/fields';
import { newId } from '../platform/ids';

export const apiKeyId = idOf('API key');
const keyName = {
  description: 'Whose key it is; webhooks tell it as `recordedClientName`.',
  examples: ['Website'],
};

/** Body of a POST. */
export const apiKeyCreation = z
  .strictObject({ name: line(100).meta(keyName) })
  .meta({ id: 'ApiKeyCreation', description: 'An API key to create.' });

/** A key as it is shown. */
export const apiKeyView = z
  .object({
    id: apiKeyId,
    name: z.string().meta(keyName),
    prefix: z.string().meta({ description: 'First characters, to tell keys apart.', examples: ['cpm_mK3v'] }),
    createdAt: shownTime('When it was created.'),
    lastUsedAt: shownTime('When it was last used, give or take a minute; `null`: never yet.').nullable(),
  })
  .meta({ id: 'ApiKey', description: 'An API key, without the key itself.' });
export type ApiKeyView = z.output<typeof apiKeyView>;

/** The answer to a POST: the only one that holds the key. */
export const createdApiKey = apiKeyView
  .extend({
    key: z.string().meta({
      description: 'The key itself, for the header `X-API-Key`. Shown only here.',
      examples: ['cpm_mK3vExampleExampleExampleExampleExampleExam'],
    }),
  })
  .meta({ id: 'CreatedApiKey', description: 'A new API key with the key itself.' });
export type CreatedApiKey = z.output<typeof createdApiKey>;

const PREFIX_LENGTH = 8;

/** SHA-256 is enough: a key has too much entropy to be guessed from it. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Creates a key of 256 random bits. */
export async function createApiKey(tx: Tx, name: string): Promise<CreatedApiKey> {
  const key = `cpm_${randomBytes(32).toString('base64url')}`;
  const row = await tx.apiKey.create({ data: { id: newId(), name, ...stored(key) } });
  return { ...showApiKey(row), key };
}

/** One page of the keys that are valid, the newest first. */
export async function listApiKeys(db: Database, paging: Paging): Promise<Page<ApiKeyView>> {
  const where = { revokedAt: null };
  return readPage(
    newestFirst('api-keys'),
    paging,
    ({ after, ...window }) => db.apiKey.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.apiKey.count({ where }),
    showApiKey,
  );
}

/** PostgreSQL notification channel on which processes learn that a key was revoked. */
export const API_KEYS_CHANNEL = 'cpm_api_keys';

/**
 * Revokes a key; the processes that have cached it hear of it with the commit.
 * @throws ServiceError where there is no valid key with this id.
 */
export async function revokeApiKey(tx: Tx, keyId: string): Promise<void> {
  const { count } = await tx.apiKey.updateMany({
    where: { id: keyId, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0) throw refusal('api_key_not_found');
  await tx.$executeRaw`SELECT pg_notify(${API_KEYS_CHANNEL}, '')`;
}

/**
 * Makes sure that somebody can call: the configured key is valid, unless it was revoked; and where none is configured and
 * none exists, one is created. Several processes may do this at once.
 * @returns the key that was generated, to be shown once.
 */
export async function ensureFirstApiKey(db: Database, configured?: string): Promise<string | undefined> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('first-api-key', 0))`;
    if (configured !== undefined) {
      const { hash, prefix } = stored(configured);
      const data = { id: newId(), name: 'configured', hash, prefix };
      await tx.apiKey.upsert({ where: { hash }, create: data, update: {} });
      return undefined;
    }
    if ((await tx.apiKey.count({ where: { revokedAt: null } })) > 0) return undefined;
    return (await createApiKey(tx, 'first key')).key;
  });
}

function stored(key: string): { hash: string; prefix: string } {
  return { hash: hashApiKey(key), prefix: key.slice(0, PREFIX_LENGTH) };
}

function showApiKey(row: Prisma.ApiKeyModel): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
