/** The access tokens in the database, which all workers share, and who of them asks for a new one. */
import { Prisma, type Database } from '../../platform/database';
import { SealError, type Sealer } from '../../platform/encryption';
import { replaceRefreshToken, type OAuth2Grant } from '../../subscriptions/oauth2';
import type { ClientAuth, IssuedToken } from './token-endpoint';

/** A token that may be used. */
export interface StoredToken {
  readonly token: string;
  /** Milliseconds from now; Infinity where the server did not say when it ends. */
  readonly refreshInMs: number;
  readonly expiresInMs: number;
}

/** What is stored for a grant. */
export interface TokenState {
  readonly sealed: string | null;
  readonly token: StoredToken | undefined;
  readonly clientAuth: ClientAuth;
  /** Somebody asks for one; milliseconds until nobody believes that any more. */
  readonly askedForMs: number;
  /** No token was to be had lately; milliseconds until the next try. */
  readonly nextTryInMs: number;
  readonly error: string | null;
}

/** The end of a token is this far ahead of what its server says, for the way of a request: at the most, and of its life. */
const MOST_AHEAD_MS = 5_000;
const AHEAD = 0.1;
/** A new one is asked for while the old one still holds: this long before its end at the most, and of its life. */
const MOST_EARLY_MS = 60_000;
const EARLY = 0.25;
/** Wait after a failure; doubles. */
const FIRST_TRY_MS = 1_000;
const LAST_TRY_MS = 60_000;

interface Row {
  readonly tokenSealed: string | null;
  readonly refreshInMs: number | null;
  readonly expiresInMs: number | null;
  readonly clientAuth: ClientAuth;
  readonly askedForMs: number | null;
  readonly nextTryInMs: number | null;
  readonly error: string | null;
}

const msUntil = (column: string): Prisma.Sql =>
  Prisma.raw(`(extract(epoch FROM "${column}" - clock_timestamp()) * 1000)::float8`);

/** What is stored for a grant; undefined where nothing is, or only of an earlier one. */
export async function readToken(
  db: Database,
  sealer: Sealer,
  subscriptionId: string,
  { grantId }: OAuth2Grant,
): Promise<TokenState | undefined> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT "tokenSealed", ${msUntil('refreshAt')} AS "refreshInMs", ${msUntil('expiresAt')} AS "expiresInMs", "clientAuth",
           ${msUntil('leaseUntil')} AS "askedForMs", ${msUntil('nextTryAt')} AS "nextTryInMs", "error"
    FROM "AccessToken" WHERE "subscriptionId" = ${subscriptionId}::uuid AND "grantId" = ${grantId}::uuid`;
  return (
    row && {
      sealed: row.tokenSealed,
      token: tokenOf(sealer, row),
      clientAuth: row.clientAuth,
      askedForMs: row.askedForMs ?? 0,
      nextTryInMs: row.nextTryInMs ?? 0,
      error: row.error,
    }
  );
}

function tokenOf(sealer: Sealer, { tokenSealed, refreshInMs, expiresInMs }: Row): StoredToken | undefined {
  if (tokenSealed === null || (expiresInMs !== null && expiresInMs <= 0)) return undefined;
  try {
    const token = sealer.open(tokenSealed, 'credential');
    return { token, refreshInMs: refreshInMs ?? Infinity, expiresInMs: expiresInMs ?? Infinity };
  } catch (error) {
    if (error instanceof SealError) return undefined; // under a key that is gone: a new one is asked for
    throw error;
  }
}

/** Who asks for a token, and for how long nobody else does. */
export interface Lease {
  readonly by: string;
  readonly forMs: number;
}

/** The token in whose place one is asked for. */
export interface SeenToken {
  readonly seen: string | null;
  /** The receiver has refused it: nobody uses it any more. */
  readonly worthless: boolean;
}

/**
 * Takes it upon this process to ask for a token. False where somebody else has, or where the token is another than the one that was
 * seen.
 */
export async function claimToken(
  db: Database,
  subscriptionId: string,
  { grantId }: OAuth2Grant,
  { seen, worthless }: SeenToken,
  { by, forMs }: Lease,
): Promise<boolean> {
  const until = Prisma.sql`clock_timestamp() + ${forMs} * interval '1 millisecond'`;
  const claimed = await db.$executeRaw`
    INSERT INTO "AccessToken" AS t ("subscriptionId", "grantId", "leaseBy", "leaseUntil")
    SELECT s."id", ${grantId}::uuid, ${by}::uuid, ${until} FROM "Subscription" s
    WHERE s."id" = ${subscriptionId}::uuid AND s."deletedAt" IS NULL
    ON CONFLICT ("subscriptionId") DO UPDATE SET
      "grantId" = excluded."grantId", "leaseBy" = excluded."leaseBy", "leaseUntil" = excluded."leaseUntil",
      "tokenSealed" = CASE WHEN t."grantId" = excluded."grantId" AND NOT ${worthless} THEN t."tokenSealed" END,
      "failures" = CASE WHEN t."grantId" = excluded."grantId" THEN t."failures" ELSE 0 END,
      "failingSince" = CASE WHEN t."grantId" = excluded."grantId" THEN t."failingSince" END,
      "error" = CASE WHEN t."grantId" = excluded."grantId" THEN t."error" END
    WHERE t."grantId" <> excluded."grantId"
       OR (t."tokenSealed" IS NOT DISTINCT FROM ${seen}
           AND (t."leaseUntil" IS NULL OR t."leaseUntil" <= clock_timestamp()))`;
  return claimed === 1;
}

/** Stores what was given, with the refresh token in place of the one that was used, before anybody uses it. */
export async function storeToken(
  db: Database,
  sealer: Sealer,
  subscriptionId: string,
  grant: OAuth2Grant,
  by: string,
  issued: IssuedToken,
): Promise<StoredToken> {
  const { livesMs = Infinity } = issued;
  const expiresInMs = livesMs - Math.min(MOST_AHEAD_MS, livesMs * AHEAD);
  const refreshInMs = livesMs - Math.min(MOST_EARLY_MS, livesMs * EARLY);
  const at = (inMs: number): Prisma.Sql =>
    inMs === Infinity ? Prisma.sql`NULL` : Prisma.sql`clock_timestamp() + ${inMs} * interval '1 millisecond'`;
  await db.$transaction(async (tx) => {
    const { refreshToken: next } = issued;
    const { refreshToken: used } = grant;
    if (used !== null && next !== undefined)
      await replaceRefreshToken(tx, sealer, subscriptionId, { used, next });
    await tx.$executeRaw`
      UPDATE "AccessToken" SET "tokenSealed" = ${sealer.seal(issued.token, 'credential')},
        "refreshAt" = ${at(refreshInMs)}, "expiresAt" = ${at(expiresInMs)}, "clientAuth" = ${issued.clientAuth},
        "leaseBy" = NULL, "leaseUntil" = NULL, "failures" = 0, "failingSince" = NULL, "nextTryAt" = NULL, "error" = NULL
      WHERE "subscriptionId" = ${subscriptionId}::uuid AND "leaseBy" = ${by}::uuid`;
  });
  return { token: issued.token, refreshInMs, expiresInMs };
}

/** Notes that no token was to be had. Answers with the wait until the next try, in milliseconds. */
export async function noteNoToken(
  db: Database,
  subscriptionId: string,
  by: string,
  error: string,
): Promise<number> {
  const [row] = await db.$queryRaw<{ waitMs: number }[]>`
    UPDATE "AccessToken" SET "failures" = "failures" + 1, "error" = ${error}, "leaseBy" = NULL, "leaseUntil" = NULL,
      "failingSince" = COALESCE("failingSince", clock_timestamp()),
      "nextTryAt" = clock_timestamp()
        + LEAST(${FIRST_TRY_MS} * 2 ^ LEAST("failures", 20), ${LAST_TRY_MS}) * interval '1 millisecond'
    WHERE "subscriptionId" = ${subscriptionId}::uuid AND "leaseBy" = ${by}::uuid
    RETURNING ${msUntil('nextTryAt')} AS "waitMs"`;
  return row?.waitMs ?? FIRST_TRY_MS;
}
