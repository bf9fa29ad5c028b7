/**
 * Sessions of the admin UI. The cookie's value is 256 random bits and stored as a hash, so reading the database lets
 * nobody in; it ends by itself when it is not used, and for good after a week, by the database's clock (rule `database-clock`).
 */
import { databaseNow, Prisma, type Database, type Tx } from '../platform/database';
import { logsInWithOf } from './administrators';
import { applicationsOf } from './applications';
import { roleAmong, type Role } from './scopes';
import { hashOfToken, newToken } from './secret-token';

/** Ends after this without a request. Milliseconds. */
const IDLE_MS = 12 * 3_600_000;
/** Ends after this in any case. Milliseconds. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** What is written of a session's use is not moved by less than this: most requests write nothing. */
const SLIDE_MS = 5 * 60_000;

/** Browsers name themselves at any length, and proxies write a port or a zone behind an address. */
const [LONGEST_ADDRESS, LONGEST_USER_AGENT] = [45, 300];

/** A session that has just begun. */
export interface NewSession {
  /** For the cookie; nowhere else. */
  readonly value: string;
  readonly csrfToken: string;
}

/** A valid session. */
export interface LiveSession {
  readonly id: string;
  readonly hash: string;
  readonly csrfToken: string;
  readonly administratorId: string;
  readonly email: string;
  readonly role: Role;
  /** The applications that exist for them; null: all. */
  readonly applicationIds: readonly string[] | null;
  readonly logsInWith: 'password' | 'identity-provider';
  /** They log in by a password alone. */
  readonly lacksSecondFactor: boolean;
  /** The password that they logged in with is one that is guessed first (rule `no-common-passwords`). */
  readonly passwordIsGuessable: boolean;
}

/** Begins a session. */
export async function openSession(
  tx: Tx,
  administratorId: string,
  { passwordIsGuessable = false }: { readonly passwordIsGuessable?: boolean } = {},
): Promise<NewSession> {
  const session = { value: newToken(), csrfToken: newToken() };
  const now = await databaseNow(tx);
  await tx.session.create({
    data: {
      hash: hashOfToken(session.value),
      administratorId,
      csrfToken: session.csrfToken,
      passwordIsGuessable,
      ...{ createdAt: now, lastSeenAt: now, expiresAt: new Date(now.getTime() + IDLE_MS) },
    },
  });
  return session;
}

/** Notes where a session that has just begun is, so that whose it is can tell it from others. */
export async function noteOrigin(
  db: Database,
  { value }: NewSession,
  { address, userAgent }: { readonly address: string | undefined; readonly userAgent: string | undefined },
): Promise<void> {
  await db.session.updateMany({
    where: { hash: hashOfToken(value) },
    data: {
      address: address?.slice(0, LONGEST_ADDRESS) ?? null,
      userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
    },
  });
}

/** The session of a cookie's value, whose end moves with each use; undefined where there is none, or none any more. */
export async function findSession(db: Database, value: string): Promise<LiveSession | undefined> {
  const hash = hashOfToken(value);
  const [row, now] = await Promise.all([
    db.session.findUnique({ where: { hash }, include: { administrator: true } }),
    databaseNow(db),
  ]);
  if (!row || row.expiresAt <= now) return undefined;
  if (now.getTime() - row.lastSeenAt.getTime() > SLIDE_MS) {
    const end = Math.min(now.getTime() + IDLE_MS, row.createdAt.getTime() + SESSION_LIFE_MS);
    await db.session.updateMany({ where: { hash }, data: { lastSeenAt: now, expiresAt: new Date(end) } });
  }
  const { id, csrfToken, administratorId, administrator, passwordIsGuessable } = row;
  const { email, role } = administrator;
  const shown = {
    ...{ email, role: roleAmong(role), applicationIds: applicationsOf(administrator) },
    logsInWith: logsInWithOf(administrator),
    lacksSecondFactor: administrator.issuer === null && administrator.secondFactorSince === null,
  };
  return { id, hash, csrfToken, administratorId, passwordIsGuessable, ...shown };
}

/** Notes that another password was set, which is not guessed first. */
export async function noteUncommon(tx: Tx, { hash }: LiveSession): Promise<void> {
  await tx.session.updateMany({ where: { hash }, data: { passwordIsGuessable: false } });
}

/** Ends a session. */
export async function closeSession(tx: Tx, hash: string): Promise<void> {
  await tx.session.deleteMany({ where: { hash } });
}

/** Ends the session of a cookie's value, if there is one. */
export async function endSession(tx: Tx, value: string): Promise<void> {
  await closeSession(tx, hashOfToken(value));
}

/** Ends an administrator's sessions. */
export async function closeSessions(tx: Tx, administratorId: string): Promise<void> {
  await tx.session.deleteMany({ where: { administratorId } });
}

/** Ends an administrator's sessions but one. */
export async function closeOtherSessions(tx: Tx, { administratorId, hash }: LiveSession): Promise<void> {
  await tx.session.deleteMany({ where: { administratorId, hash: { not: hash } } });
}

/** Forgets sessions whose time is over. */
export async function purgeSessions(db: Database): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM "Session" WHERE "expiresAt" <= now()`);
}
