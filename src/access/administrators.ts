/** Administrators: people who log in to the admin UI. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConfigError } from '../platform/config-reader';
import { Prisma, type Database, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { idOf, mailAddress, shownTime } from '../platform/fields';
import { newId } from '../platform/ids';
import { applicationIds, applicationsOf, requireApplications, storedApplications } from './applications';
import { isCommonPassword } from './common-passwords';
import { hashPassword, newPassword } from './password';
import { ROLES, roleAmong, type Role } from './scopes';

const accountName = { description: 'E-mail address that they log in with.', examples: ['admin@example.com'] };

/** An e-mail address as an account's name: case and outer spaces tell nobody apart. */
export const email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(mailAddress)
  .meta({ format: 'idn-email', ...accountName });

export const administratorId = idOf('administrator');

/** What somebody logs in with. */
export const accountInput = z.strictObject({ email, password: newPassword });

/** One of the roles. */
export const role = z.enum(ROLES).meta({
  id: 'Role',
  description:
    'What they may do: a `viewer` looks at everything, an `editor` changes everything and makes API keys, an `owner` also decides who may log in.',
});

/** How somebody logs in. */
export const logsInWith = z.enum(['password', 'identity-provider']).meta({
  id: 'LogsInWith',
  description:
    '`identity-provider`: their role and applications come from there, anew with each log-in, and they have no password here.',
});

/** Body of a POST. */
export const administratorCreation = z
  .strictObject({ email, role: role.default('editor'), applicationIds: applicationIds.default(null) })
  .meta({ id: 'AdministratorCreation', description: 'Somebody to invite.' });

/** Body of a PATCH. */
export const administratorPatch = z
  .strictObject({ role: role.optional(), applicationIds: applicationIds.optional() })
  .meta({ id: 'AdministratorPatch', description: 'What an administrator may do from now on.' });

/** An administrator as shown. */
export const administratorView = z
  .object({
    id: administratorId,
    email: z.string().meta(accountName),
    role,
    applicationIds,
    logsInWith,
    hasSecondFactor: z.boolean().meta({
      description: 'A code is asked for at their log-in, besides the password.',
      examples: [false],
    }),
    status: z.enum(['invited', 'active']).meta({
      description: '`invited`: they have not set a password yet.',
      examples: ['active'],
    }),
    createdAt: shownTime('When they were added.'),
  })
  .meta({ id: 'Administrator', description: 'Somebody who may log in to the admin UI.' });
export type AdministratorView = z.output<typeof administratorView>;

/** Whether anybody can log in yet. */
export async function hasAdministrator(tx: Tx): Promise<boolean> {
  return (await tx.administrator.findFirst({ select: { id: true } })) !== null;
}

/** An administrator to add. */
export interface NewAdministrator {
  readonly email: string;
  /** Null for somebody who is invited and has yet to set a password. */
  readonly passwordHash: string | null;
  readonly role: Role;
  readonly applicationIds: readonly string[] | null;
}

/**
 * Adds an administrator. The hash is made before the transaction: it takes long on purpose.
 * @throws ServiceError `administrator_exists` where the address is taken.
 */
export async function addAdministrator(
  tx: Tx,
  { applicationIds: applications, ...given }: NewAdministrator,
): Promise<AdministratorView> {
  await requireApplications(tx, applications);
  const added = await tx.administrator.createMany({
    data: [{ id: newId(), ...given, ...storedApplications(applications) }],
    skipDuplicates: true,
  });
  if (added.count === 0) throw refusal('administrator_exists');
  return showAdministrator(await tx.administrator.findUniqueOrThrow({ where: { email: given.email } }));
}

/** One page, the oldest first. */
export async function listAdministrators(db: Database, paging: Paging): Promise<Page<AdministratorView>> {
  return readPage(
    ordered('administrators', 'id', 'asc', 'id'),
    paging,
    ({ after, ...window }) => db.administrator.findMany({ where: { AND: after }, ...window }),
    () => db.administrator.count(),
    showAdministrator,
  );
}

/**
 * Removes an administrator, whose sessions end with it.
 * @throws ServiceError where there is none, or it is the last owner: nobody could say any more who may log in.
 */
export async function removeAdministrator(tx: Tx, removedId: string): Promise<void> {
  await keepAnOwner(tx, removedId);
  await tx.administrator.delete({ where: { id: removedId } });
}

/**
 * Gives an administrator another role or other applications, which holds from their next request on. Kept answers to their
 * earlier requests are forgotten: they may tell of what does not exist for them any more.
 * @throws ServiceError as {@link removeAdministrator} does, naming an application that does not exist, or where the identity provider
 *   decides it.
 */
export async function changeAdministrator(
  tx: Tx,
  changedId: string,
  { role: changedRole, applicationIds: applications }: z.output<typeof administratorPatch>,
): Promise<AdministratorView> {
  await lockAdministrators(tx);
  const known = await requireOwnAccount(tx, changedId);
  const changed = {
    role: changedRole ?? known.role,
    ...storedApplications(applications === undefined ? applicationsOf(known) : applications),
  };
  if (changed.role !== 'owner' || changed.isLimited) await keepAnOwner(tx, changedId);
  if (applications !== undefined) {
    await requireApplications(tx, applications);
    await tx.idempotencyKey.deleteMany({ where: { callerId: changedId } });
  }
  return showAdministrator(await tx.administrator.update({ where: { id: changedId }, data: changed }));
}

/** An owner of all applications, who can log in, is left. Until the transaction ends, no other one takes one away. */
async function keepAnOwner(tx: Tx, goingId: string): Promise<void> {
  await lockAdministrators(tx);
  await requireAdministrator(tx, goingId);
  const canLogIn = { OR: [{ passwordHash: { not: null } }, { issuer: { not: null } }] };
  const other = { role: 'owner', isLimited: false, id: { not: goingId }, ...canLogIn };
  if ((await tx.administrator.count({ where: other })) === 0) {
    throw refusal('last_administrator');
  }
}

/** @throws ServiceError where there is none of this id, or they come from the identity provider. */
export async function requireOwnAccount(tx: Tx, requiredId: string): Promise<Prisma.AdministratorModel> {
  const known = await requireAdministrator(tx, requiredId);
  if (known.issuer !== null) throw refusal('administrator_of_provider');
  return known;
}

/** @throws ServiceError where there is none of this id. */
export async function requireAdministrator(tx: Tx, requiredId: string): Promise<Prisma.AdministratorModel> {
  const known = await tx.administrator.findUnique({ where: { id: requiredId } });
  if (!known) throw refusal('administrator_not_found');
  return known;
}

/**
 * Adds the first administrator; undefined when there is one. Several processes may try at once.
 */
export async function addFirstAdministrator(
  tx: Tx,
  given: { readonly email: string; readonly passwordHash: string },
): Promise<AdministratorView | undefined> {
  await lockAdministrators(tx);
  return (await hasAdministrator(tx))
    ? undefined
    : addAdministrator(tx, { ...given, role: 'owner', applicationIds: null });
}

/** What the operator has to be told of the first administrator, once. */
export interface FirstAdministrator {
  readonly email: string;
  /** Only where it was generated. */
  readonly password: string | undefined;
}

/**
 * Adds the first administrator, an owner, with a password of 120 random bits where none is given; undefined when there is one.
 * @throws ConfigError where the password that is given would be guessed first.
 */
export async function ensureFirstAdministrator(
  db: Database,
  given: { readonly email: string; readonly password: string | undefined },
): Promise<FirstAdministrator | undefined> {
  if (await hasAdministrator(db)) return undefined;
  if (given.password !== undefined && isCommonPassword(given.password))
    throw new ConfigError('CPM_ADMIN_PASSWORD', 'a password that is not among those that are guessed first');
  const password = given.password ?? randomBytes(15).toString('base64url');
  const first = { email: email.parse(given.email), passwordHash: await hashPassword(password) };
  const added = await db.$transaction((tx) => addFirstAdministrator(tx, first));
  return added && { email: added.email, password: given.password === undefined ? password : undefined };
}

/** Until the transaction ends, nobody else adds, links, demotes or removes one. */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended('administrators', 0))::text`);
}

/** An administrator as shown. */
export function showAdministrator(row: Prisma.AdministratorModel): AdministratorView {
  return {
    ...{ id: row.id, email: row.email, role: roleAmong(row.role), applicationIds: applicationsOf(row) },
    logsInWith: logsInWithOf(row),
    hasSecondFactor: row.secondFactorSince !== null,
    status: row.passwordHash === null && row.issuer === null ? 'invited' : 'active',
    createdAt: row.createdAt.toISOString(),
  };
}

/** How the administrator of a row logs in. */
export function logsInWithOf({
  issuer,
}: Pick<Prisma.AdministratorModel, 'issuer'>): z.output<typeof logsInWith> {
  return issuer === null ? 'password' : 'identity-provider';
}
