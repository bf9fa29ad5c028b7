/**
 * Links by which people set their own passwords (rule `own-passwords`): whoever is invited, and whoever has lost theirs. The token is
 * 256 random bits and stored as a hash; it stands behind the `#` of the link, which browsers send to nobody. A link ends by the
 * database's clock (rule `database-clock`).
 */
import { z } from 'zod';
import { databaseNow, type Database, type Prisma, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { shownTime } from '../platform/fields';
import {
  addAdministrator,
  administratorView,
  requireOwnAccount,
  type AdministratorView,
  type NewAdministrator,
} from './administrators';
import { recordEvent } from './audit';
import { hashPassword, newPassword, requireUncommon } from './password';
import { resetSecondFactor } from './second-factor';
import { closeSessions } from './sessions';
import { hashOfToken, newToken } from './secret-token';

/** From then on a link is good for nothing. Milliseconds. */
const LIFE_MS = 3 * 86_400_000;

const token = z
  .string()
  .max(100)
  .meta({ description: 'What stands behind the `#` of the link.', examples: ['token-of-the-link'] });

/** Body of a question for whom a link is. */
export const passwordLinkQuestion = z
  .strictObject({ token })
  .meta({ id: 'PasswordLinkQuestion', description: 'A link that somebody has opened.' });

/** Whom a link is for. */
export const passwordLinkOwner = z
  .object({
    email: z.string().meta({ description: 'Whose password it sets.', examples: ['colleague@example.com'] }),
    expiresAt: shownTime('Until when it can be used.'),
  })
  .meta({ id: 'PasswordLinkOwner', description: 'Whom a link is for.' });

/** Body of the use of a link. */
export const passwordLinkUse = z
  .strictObject({ token, password: newPassword })
  .meta({ id: 'PasswordLinkUse', description: 'The password of whoever has the link.' });

/** A link, shown this once. */
export const passwordLink = z
  .object({
    url: z.string().meta({
      description: 'What they open to set a password of their own, once. Shown only here.',
      examples: ['https://consent.example.com/set-password#token-of-the-link'],
    }),
    token,
    expiresAt: shownTime('Until when it can be used.'),
  })
  .meta({ id: 'PasswordLink', description: 'Lets somebody set their password.' });
export type PasswordLink = z.output<typeof passwordLink>;

/** Somebody who was invited, and their link. */
export const invitedAdministrator = administratorView.extend({ passwordLink }).meta({
  id: 'InvitedAdministrator',
  description: 'Somebody who may log in once they have set a password.',
});

/**
 * Invites somebody.
 * @throws ServiceError as {@link addAdministrator} does.
 */
export async function inviteAdministrator(
  tx: Tx,
  publicUrl: string,
  given: Omit<NewAdministrator, 'passwordHash'>,
): Promise<AdministratorView & { passwordLink: PasswordLink }> {
  const added = await addAdministrator(tx, { ...given, passwordHash: null });
  return { ...added, passwordLink: await newLink(tx, publicUrl, added.id) };
}

/**
 * Makes another link for an administrator, in place of one that was made before, and ends their sessions. Their password goes on
 * working until they have set another one.
 * @throws ServiceError where there is no such administrator, or they come from the identity provider.
 */
export async function makePasswordLink(
  tx: Tx,
  publicUrl: string,
  administratorId: string,
): Promise<PasswordLink> {
  await requireOwnAccount(tx, administratorId);
  await closeSessions(tx, administratorId);
  return newLink(tx, publicUrl, administratorId);
}

/**
 * Lets somebody in again by a link, for whoever runs the service: an administrator who is known, without their second factor, or else a
 * new owner.
 * @throws ServiceError where the address is of somebody who comes from the identity provider.
 */
export async function letIn(db: Database, publicUrl: string, address: string): Promise<PasswordLink> {
  return db.$transaction(async (tx) => {
    const known = await tx.administrator.findUnique({ where: { email: address } });
    const invited = { email: address, role: 'owner', applicationIds: null } as const;
    const { id, link } = known
      ? { id: known.id, link: await makePasswordLink(tx, publicUrl, known.id) }
      : await inviteAdministrator(tx, publicUrl, invited).then((added) => ({
          id: added.id,
          link: added.passwordLink,
        }));
    if (known) await resetSecondFactor(tx, id);
    // From the machine itself, where nobody has logged in.
    await recordEvent(tx, { actorKind: 'unknown', action: 'createPasswordLink', objectId: id });
    return link;
  });
}

async function newLink(tx: Tx, publicUrl: string, administratorId: string): Promise<PasswordLink> {
  const secret = newToken();
  const expiresAt = new Date((await databaseNow(tx)).getTime() + LIFE_MS);
  const data = { hash: hashOfToken(secret), expiresAt };
  await tx.passwordLink.upsert({
    where: { administratorId },
    create: { administratorId, ...data },
    update: data,
  });
  return { url: `${publicUrl}/set-password#${secret}`, token: secret, expiresAt: expiresAt.toISOString() };
}

/**
 * Tells whom a link is for.
 * @throws ServiceError where it was used or replaced, or is over.
 */
export async function lookUpPasswordLink(
  db: Database,
  secret: string,
): Promise<z.output<typeof passwordLinkOwner>> {
  const { administrator, expiresAt } = await requireLink(db, secret);
  return { email: administrator.email, expiresAt: expiresAt.toISOString() };
}

/**
 * Sets the password of whoever has a link, which is used up by that, and ends their sessions.
 * @throws ServiceError as {@link lookUpPasswordLink} does, or naming `password` where it would be guessed first.
 */
export async function usePasswordLink(
  db: Database,
  { token: secret, password }: z.output<typeof passwordLinkUse>,
): Promise<Prisma.AdministratorModel> {
  const { administrator } = await requireLink(db, secret);
  requireUncommon('password', password, administrator.email);
  const passwordHash = await hashPassword(password);
  return db.$transaction(async (tx) => {
    const { count } = await tx.passwordLink.deleteMany({ where: { hash: hashOfToken(secret) } });
    if (count === 0) throw refusal('password_link_not_found');
    const { id } = administrator;
    const updated = await tx.administrator.update({ where: { id }, data: { passwordHash } });
    await closeSessions(tx, id); // those too that began by the former one until now
    return updated;
  });
}

/** Nobody guesses 256 bits, so wrong ones are not counted: counting would close the way for others at the same address. */
async function requireLink(
  db: Database,
  secret: string,
): Promise<Prisma.PasswordLinkGetPayload<{ include: { administrator: true } }>> {
  const row = await db.passwordLink.findUnique({
    where: { hash: hashOfToken(secret), expiresAt: { gt: await databaseNow(db) } },
    include: { administrator: true },
  });
  if (!row) throw refusal('password_link_not_found');
  return row;
}
