/** Everybody who may or may not call. */
import { addAdministrator } from '../../src/access/administrators';
import { hashOfToken } from '../../src/access/secret-token';
import { ROLES, SCOPES, type Role, type Scope } from '../../src/access/scopes';
import { openSession } from '../../src/access/sessions';
import { sessionCookie } from '../../src/api/session-cookie';
import { hashPassword } from '../../src/access/password';
import { newId } from '../../src/platform/ids';
import type { Database } from '../../src/platform/database';

/** One who calls. */
export interface Caller {
  readonly name: string;
  /** Whether only one application exists for them. */
  readonly limited: boolean;
  /** Whether nobody is known by what they send. */
  readonly unknown: boolean;
  headers(): Promise<Record<string, string>>;
}

const PEOPLE = ROLES.flatMap((role) => [`${role}`, `${role} of one application`]);

/** Their names. Those who may do most call most, for the others get nowhere. */
export const CALLERS: readonly string[] = [
  ...Array.from({ length: 14 }, () => [
    'all scopes',
    'all scopes of one application',
    'owner',
    'owner of one application',
  ]).flat(),
  ...SCOPES.map((scope) => `${scope} of one application`),
  ...PEOPLE,
  ...['nobody', 'unknown key', 'expired key', 'revoked key', 'no scope', 'owner without token'],
];

/** Makes all of them. @param only the application of those who have but one */
export async function makeCallers(db: Database, only: string): Promise<ReadonlyMap<string, Caller>> {
  const made = new Map<string, Caller>();
  // That of the examples, so that its change is tried too.
  const passwordHash = await hashPassword('an example passphrase');
  const add = (name: string, headers: Caller['headers'], unknown = false): void =>
    void made.set(name, { name, unknown, headers, limited: name.endsWith('of one application') });
  const addKey = async (name: string, scopes: readonly Scope[], more: object = {}): Promise<void> => {
    const key = `cpm_${newId()}`;
    const limits = name.endsWith('of one application') ? { isLimited: true, applicationIds: [only] } : {};
    const data = { id: newId(), name, prefix: 'cpm_', hash: hashOfToken(key), scopes: [...scopes] };
    await db.apiKey.create({ data: { ...data, ...limits, ...more } });
    const unknown = Object.keys(more).length > 0;
    add(name, () => Promise.resolve({ 'x-api-key': key }), unknown);
  };
  add('nobody', () => Promise.resolve({}), true);
  add('unknown key', () => Promise.resolve({ 'x-api-key': `cpm_${newId()}` }), true);
  await addKey('expired key', SCOPES, { expiresAt: new Date(Date.now() - 1_000) });
  await addKey('revoked key', SCOPES, { revokedAt: new Date() });
  await addKey('no scope', []);
  await addKey('all scopes', SCOPES);
  await addKey('all scopes of one application', SCOPES);
  for (const scope of SCOPES) await addKey(`${scope} of one application`, [scope]);
  for (const name of PEOPLE) {
    const applicationIds = name.endsWith('of one application') ? [only] : null;
    add(name, () => session(db, { name, passwordHash, role: name.split(' ')[0] as Role, applicationIds }));
  }
  add('owner without token', async () => {
    const { cookie = '' } = await session(db, {
      name: 'owner',
      passwordHash,
      role: 'owner',
      applicationIds: null,
    });
    return { cookie };
  });
  return made;
}

/** A person. */
interface Person {
  readonly name: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly applicationIds: readonly string[] | null;
}

/** A new session of a person, who is added again where somebody has removed them. */
async function session(db: Database, { name, ...person }: Person): Promise<Record<string, string>> {
  const email = `${name.replaceAll(' ', '-')}@example.com`;
  const known = await db.administrator.findUnique({ where: { email } });
  const { id } = known ?? (await addAdministrator(db, { email, ...person }));
  const { value, csrfToken } = await openSession(db, id);
  return { cookie: `${sessionCookie.name}=${value}`, 'x-csrf-token': csrfToken };
}
