/** API keys: shown once, stored as a hash, revoked rather than deleted. */
import { z } from 'zod';
import { databaseNow, type Database, type Prisma, type Tx } from '../platform/database';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { newestFirst, readPage, type Page, type Paging } from '../platform/paging';
import { idOf, line, moment, shownTime } from '../platform/fields';
import { newId } from '../platform/ids';
import { applicationIds, applicationsOf, requireApplications, storedApplications } from './applications';
import { SCOPES, scopesAmong, type Scope } from './scopes';
import { hashOfToken, newToken } from './secret-token';

export const apiKeyId = idOf('API key');
const keyName = {
  description: 'Whose key it is; webhooks tell it as `recordedClientName`.',
  examples: ['Website'],
};

const ABOUT_SCOPES: Readonly<Record<Scope, string>> = {
  'consent:read': 'see what is in effect, and the history of changes',
  'consent:write': 'record permissions and preferences',
  'citizens:read': 'find citizens, with their addresses',
  'citizens:write': 'create and delete citizens',
  'catalogue:read': 'see applications and what they ask for',
  'catalogue:write': 'change applications and what they ask for',
  'subscriptions:read': 'see where webhooks go',
  'subscriptions:write': 'change where webhooks go, rotate signing secrets, send test requests',
  'deliveries:read': 'see the log, with the bodies that were sent',
  'deliveries:write': 'retry, cancel and resend deliveries, start resyncs',
  'audit:read': 'see who did what',
};

/** One of the scopes. */
export const scope = z.enum(SCOPES).meta({
  id: 'Scope',
  description: `What a key may do.\n\n${SCOPES.map((name) => `- \`${name}\`: ${ABOUT_SCOPES[name]}`).join('\n')}`,
});

/** Body of a POST. */
export const apiKeyCreation = z
  .strictObject({
    name: line(100).meta(keyName),
    scopes: z
      .array(scope)
      .min(1)
      .max(SCOPES.length)
      .meta({ description: 'What it may do. It needs no more than its program does.' }),
    applicationIds: applicationIds.optional(),
    expiresAt: moment.nullish().meta({ description: 'When it ends by itself; absent: never.' }),
  })
  .meta({ id: 'ApiKeyCreation', description: 'An API key to create.' });
export type ApiKeyCreation = z.output<typeof apiKeyCreation>;

/** A key as it is shown. */
export const apiKeyView = z
  .object({
    id: apiKeyId,
    name: z.string().meta(keyName),
    prefix: z.string().meta({ description: 'First characters, to tell keys apart.', examples: ['cpm_mK3v'] }),
    scopes: z.array(scope).meta({ description: 'What it may do.' }),
    applicationIds,
    createdAt: shownTime('When it was created.'),
    expiresAt: shownTime('When it ends by itself; `null`: never.').nullable(),
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

/**
 * Creates a key of 256 random bits.
 * @throws ServiceError naming `expiresAt` where it has passed, or an application that does not exist.
 */
export async function createApiKey(
  tx: Tx,
  { name, scopes, applicationIds: applications = null, expiresAt = null }: ApiKeyCreation,
): Promise<CreatedApiKey> {
  if (expiresAt && expiresAt <= (await databaseNow(tx)))
    throw invalid(fieldProblem('expiresAt', 'already_over'));
  await requireApplications(tx, applications);
  const key = `cpm_${newToken()}`;
  const row = await tx.apiKey.create({
    data: {
      ...{ id: newId(), name, scopes: scopesAmong(scopes), expiresAt },
      ...storedApplications(applications),
      ...stored(key),
    },
  });
  return { ...showApiKey(row), key };
}

/** Whether a key may be used now. */
export function isValid(
  row: Pick<Prisma.ApiKeyModel, 'revokedAt' | 'replacedAt' | 'expiresAt'>,
  now: number,
): boolean {
  return !row.revokedAt && !row.replacedAt && (row.expiresAt === null || row.expiresAt.getTime() > now);
}

/** One page of the keys that are not revoked, those that are over included, the newest first. */
export async function listApiKeys(db: Database, paging: Paging): Promise<Page<ApiKeyView>> {
  const where = { revokedAt: null, replacedAt: null };
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
    where: { id: keyId, revokedAt: null, replacedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0) throw refusal('api_key_not_found');
  await tellProcesses(tx);
}

/**
 * Makes sure that somebody can call: the configured key is valid, unless it was revoked, and the one that was configured before
 * it is not; and where none is configured and none is valid, one is created. A process for which none is configured ends none:
 * another one beside it may have it. Several processes may do this at once.
 * @returns the key that was generated, to be shown once.
 */
export async function ensureFirstApiKey(db: Database, configured?: string): Promise<string | undefined> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('first-api-key', 0))`;
    const given = configured === undefined ? undefined : stored(configured);
    if (given) {
      const { hash } = given;
      await endFormerKeys(tx, hash);
      const data = { id: newId(), name: 'configured', isConfigured: true, scopes: [...SCOPES], ...given };
      await tx.apiKey.upsert({
        where: { hash },
        create: data,
        update: { isConfigured: true, replacedAt: null },
      });
      return undefined;
    }
    const valid = {
      ...{ revokedAt: null, replacedAt: null },
      OR: [{ expiresAt: null }, { expiresAt: { gt: await databaseNow(tx) } }],
    };
    if ((await tx.apiKey.count({ where: valid })) > 0) return undefined;
    return (await createApiKey(tx, { name: 'first key', scopes: [...SCOPES] })).key;
  });
}

/** Ends keys that the configuration named before, and tells the processes that have cached them. */
async function endFormerKeys(tx: Tx, hash: string): Promise<void> {
  const { count } = await tx.apiKey.updateMany({
    where: { isConfigured: true, replacedAt: null, hash: { not: hash } },
    data: { replacedAt: new Date() },
  });
  if (count > 0) await tellProcesses(tx);
}

async function tellProcesses(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${API_KEYS_CHANNEL}, '')`;
}

function stored(key: string): { hash: string; prefix: string } {
  return { hash: hashOfToken(key), prefix: key.slice(0, PREFIX_LENGTH) };
}

function showApiKey(row: Prisma.ApiKeyModel): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: scopesAmong(row.scopes),
    applicationIds: applicationsOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
