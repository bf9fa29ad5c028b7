/** The begin of a session, in whichever way somebody has shown who they are. */
import { Prisma, type Database, type Tx } from '../platform/database';
import { showAdministrator, type AdministratorView } from './administrators';
import { openSession, type LiveSession, type NewSession } from './sessions';

/** Somebody who has just logged in. */
export type LoggedIn = NewSession &
  Pick<
    LiveSession,
    | 'administratorId'
    | 'email'
    | 'role'
    | 'applicationIds'
    | 'passwordIsGuessable'
    | 'logsInWith'
    | 'lacksSecondFactor'
  >;

/** Begins the session of somebody who has shown who they are. */
export async function begin(
  tx: Tx,
  { id, email, role, applicationIds, logsInWith, hasSecondFactor }: AdministratorView,
  passwordIsGuessable = false,
): Promise<LoggedIn> {
  return {
    ...(await openSession(tx, id, { passwordIsGuessable })),
    ...{ administratorId: id, email, role, applicationIds, logsInWith, passwordIsGuessable },
    lacksSecondFactor: logsInWith === 'password' && !hasSecondFactor,
  };
}

/**
 * Begins the session of somebody whose password was right, and a code where one is asked for; undefined where that is not enough any
 * more. What changes it ends all sessions, so none may begin behind it: it waits until this one is there, or this one begins none.
 */
export async function beginByPassword(
  db: Database,
  account: Prisma.AdministratorModel,
  passwordIsGuessable: boolean,
): Promise<LoggedIn | undefined> {
  const { id, passwordHash, secondFactorSince } = account;
  return db.$transaction(async (tx) => {
    const unchanged = await tx.$queryRaw<unknown[]>(Prisma.sql`
      SELECT 1 FROM "Administrator" WHERE "id" = ${id}::uuid AND "passwordHash" = ${passwordHash}
        AND "secondFactorSince" IS NOT DISTINCT FROM ${secondFactorSince}::timestamptz
      FOR SHARE`);
    return unchanged.length === 1 ? begin(tx, showAdministrator(account), passwordIsGuessable) : undefined;
  });
}
