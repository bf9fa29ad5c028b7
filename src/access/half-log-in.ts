/** A log-in that lacks the second factor: the password was right. */
import { z } from 'zod';
import type { Database, Prisma } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { KeptByBrowser } from './kept-by-browser';
import { beginByPassword, type LoggedIn } from './logged-in';
import { acceptCode, type secondFactorCode } from './second-factor';
import { hashOfToken } from './secret-token';

const schema = z.object({
  administratorId: z.string(),
  email: z.string(),
  /** Of the password's hash: another password makes it void. */
  passwordMark: z.string(),
  passwordIsGuessable: z.boolean(),
});

/** What the browser keeps of it. */
export const halfLogIns = new KeptByBrowser('half log-in', schema);

/** The first of two steps. */
export type HalfLogIn = z.output<typeof schema>;

/** A log-in of somebody whose password was right. */
export function halfLogInOf(account: Prisma.AdministratorModel, passwordIsGuessable: boolean): HalfLogIn {
  const { id: administratorId, email } = account;
  return { administratorId, email, passwordMark: markOf(account), passwordIsGuessable };
}

/**
 * Ends it.
 * @throws ServiceError where the code is wrong or was used, or the password is another one by now.
 */
export async function completeLogIn(
  db: Database,
  sealer: Sealer,
  { administratorId, passwordMark, passwordIsGuessable }: HalfLogIn,
  { code }: z.output<typeof secondFactorCode>,
): Promise<LoggedIn> {
  const account = await db.administrator.findUnique({ where: { id: administratorId } });
  if (!account || markOf(account) !== passwordMark) throw refusal('log_in_not_begun');
  if (!(await acceptCode(db, sealer, account, code))) throw invalid(fieldProblem('code', 'wrong_code'));
  const loggedIn = await beginByPassword(db, account, passwordIsGuessable);
  if (!loggedIn) throw refusal('log_in_not_begun');
  return loggedIn;
}

function markOf({ passwordHash }: Prisma.AdministratorModel): string {
  return hashOfToken(passwordHash ?? '');
}
