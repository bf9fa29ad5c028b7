/** Logging in, the first set-up, and changing one's password. */
import { z } from 'zod';
import type { Database } from '../platform/database';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import {
  accountInput,
  addFirstAdministrator,
  email,
  hasAdministrator,
  requireOwnAccount,
} from './administrators';
import {
  givenPassword,
  hashPassword,
  isGuessable,
  newPassword,
  requirePassword,
  requireUncommon,
  verifyPassword,
} from './password';
import { halfLogInOf, type HalfLogIn } from './half-log-in';
import { begin, beginByPassword, type LoggedIn } from './logged-in';
import { sameText } from './secret-token';
import { closeOtherSessions, noteUncommon, type LiveSession } from './sessions';

/** Body of a log-in. */
export const credentials = z
  .strictObject({ email, password: givenPassword })
  .meta({ id: 'Credentials', description: 'Who logs in.' });

/** Body of the first set-up. */
export const setup = accountInput
  .extend({
    setupCode: z
      .string()
      .max(100)
      .meta({ description: 'Printed by the API at its start.', examples: ['code-from-the-output'] }),
  })
  .meta({
    id: 'Setup',
    description: 'The first administrator, with the proof that they operate the service.',
  });

/** Body of a change of password. */
export const passwordChange = z
  .strictObject({ currentPassword: givenPassword, newPassword })
  .meta({ id: 'PasswordChange', description: 'Another password for who is logged in.' });

/**
 * Begins a session where e-mail and password are right, or half of a log-in where a second factor is asked for; undefined where they are
 * not, without telling which.
 */
export async function logIn(
  db: Database,
  given: z.output<typeof credentials>,
): Promise<LoggedIn | HalfLogIn | undefined> {
  const account = await db.administrator.findUnique({ where: { email: given.email } });
  const right = await verifyPassword(given.password, account?.passwordHash ?? undefined);
  if (!account || !right) return undefined;
  const passwordIsGuessable = isGuessable(given.password, given.email);
  return account.secondFactorSince === null
    ? beginByPassword(db, account, passwordIsGuessable)
    : halfLogInOf(account, passwordIsGuessable);
}

/**
 * Adds the first administrator and begins their session.
 * @param setupCode known only to who can read this process's output.
 * @throws ServiceError where there is an administrator already, the code is wrong, or the password would be guessed first.
 */
export async function setUp(
  db: Database,
  setupCode: string,
  given: z.output<typeof setup>,
): Promise<LoggedIn> {
  if (await hasAdministrator(db)) throw alreadySetUp();
  if (!sameText(given.setupCode, setupCode)) throw invalid(fieldProblem('setupCode', 'wrong_setup_code'));
  requireUncommon('password', given.password, given.email);
  const passwordHash = await hashPassword(given.password);
  return db.$transaction(async (tx) => {
    const first = await addFirstAdministrator(tx, { email: given.email, passwordHash });
    if (!first) throw alreadySetUp();
    return begin(tx, first);
  });
}

/**
 * Sets another password and ends the administrator's other sessions.
 * @throws ServiceError naming `currentPassword` where it is wrong, or `newPassword` where it would be guessed first; and where they have
 *   none, since they log in with the identity provider.
 */
export async function changePassword(
  db: Database,
  session: LiveSession,
  given: z.output<typeof passwordChange>,
): Promise<void> {
  const where = { id: session.administratorId };
  await requirePassword(given.currentPassword, await requireOwnAccount(db, where.id));
  requireUncommon('newPassword', given.newPassword, session.email);
  const newHash = await hashPassword(given.newPassword);
  await db.$transaction(async (tx) => {
    await tx.administrator.update({ where, data: { passwordHash: newHash } });
    await closeOtherSessions(tx, session);
    await noteUncommon(tx, session);
  });
}

function alreadySetUp(): Error {
  return refusal('already_set_up');
}
