/** The begin of a session, in whichever way somebody has shown who they are. */
import type { Tx } from '../platform/database';
import type { AdministratorView } from './administrators';
import { openSession, type LiveSession, type NewSession } from './sessions';

/** Somebody who has just logged in. */
export type LoggedIn = NewSession &
  Pick<
    LiveSession,
    'administratorId' | 'email' | 'role' | 'applicationIds' | 'passwordIsGuessable' | 'logsInWith'
  >;

/** Begins the session of somebody who has shown who they are. */
export async function begin(
  tx: Tx,
  { id, email, role, applicationIds, logsInWith }: AdministratorView,
  passwordIsGuessable = false,
): Promise<LoggedIn> {
  return {
    ...(await openSession(tx, id, { passwordIsGuessable })),
    ...{ administratorId: id, email, role, applicationIds, logsInWith, passwordIsGuessable },
  };
}
