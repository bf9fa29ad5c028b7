/** Who comes from the identity provider, and what they may do here. */
import { isDeepStrictEqual } from 'node:util';
import { type Prisma, type Database, type Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { IdentityProviderSettings, RoleRule } from '../../platform/log-in-settings';
import { lockAdministrators, showAdministrator } from '../administrators';
import { applicationsOf, storedApplications } from '../applications';
import { begin, type LoggedIn } from '../logged-in';
import { NO_SECOND_FACTOR } from '../second-factor';
import { closeSessions } from '../sessions';
import { emailOf, isStrongEnough, ruleFor } from './claims';
import type { Identity } from './provider';

/**
 * Begins the session of somebody whom the provider has shown to be who they are: of the administrator that issuer and subject name, else
 * of the one who has their address, else of a new one (rule `known-by-subject`). Role, applications and address are taken anew.
 * @throws ServiceError where the provider has not asked strongly enough, or gives them no role, in which case their sessions end as well, or no address, or one that
 *   somebody else of the provider has here.
 */
export async function admit(
  db: Database,
  identity: Identity,
  settings: IdentityProviderSettings,
): Promise<LoggedIn> {
  const { issuer, subject, claims } = identity;
  if (!isStrongEnough(claims, settings)) throw refusal('identity_too_weak');
  const rule = ruleFor(claims, settings);
  if (!rule) {
    const known = await db.administrator.findUnique({ where: { issuer_subject: { issuer, subject } } });
    if (known) await closeSessions(db, known.id);
    throw refusal('identity_without_role');
  }
  const email = emailOf(claims, settings);
  if (email === undefined) throw refusal('identity_without_email');
  return db.$transaction(async (tx) => {
    await lockAdministrators(tx);
    const account = await accountOf(tx, identity, email);
    return begin(tx, showAdministrator(await save(tx, account, { issuer, subject, email }, rule)));
  });
}

/** The administrator who logs in; undefined where they are new. */
async function accountOf(
  tx: Tx,
  { issuer, subject }: Identity,
  email: string,
): Promise<Prisma.AdministratorModel | undefined> {
  const [known, namesake] = await Promise.all([
    tx.administrator.findUnique({ where: { issuer_subject: { issuer, subject } } }),
    tx.administrator.findUnique({ where: { email } }),
  ]);
  const isAnothers = namesake !== null && namesake.id !== known?.id;
  if (isAnothers && (known !== null || namesake.issuer !== null)) throw refusal('identity_email_taken');
  return known ?? namesake ?? undefined;
}

/** What was known here of an account that had a password is in force no more. */
async function save(
  tx: Tx,
  account: Prisma.AdministratorModel | undefined,
  known: { readonly issuer: string; readonly subject: string; readonly email: string },
  { role, applicationIds }: RoleRule,
): Promise<Prisma.AdministratorModel> {
  const data = {
    ...known,
    passwordHash: null,
    ...NO_SECOND_FACTOR,
    role,
    ...storedApplications(applicationIds),
  };
  if (!account) return tx.administrator.create({ data: { id: newId(), ...data } });
  const { id } = account;
  const saved = await tx.administrator.update({ where: { id }, data });
  if (account.issuer === null) {
    await tx.passwordLink.deleteMany({ where: { administratorId: id } });
    await closeSessions(tx, id);
  }
  // Kept answers to earlier requests may tell of what does not exist for them any more.
  if (!isDeepStrictEqual(applicationsOf(account), applicationIds))
    await tx.idempotencyKey.deleteMany({ where: { callerId: id } });
  return saved;
}
