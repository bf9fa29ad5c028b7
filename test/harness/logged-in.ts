/** Administrators who are logged in. */
import { randomBytes } from 'node:crypto';
import { addAdministrator } from '../../src/access/administrators';
import type { Role } from '../../src/access/scopes';
import { openSession } from '../../src/access/sessions';
import { sessionCookie } from '../../src/api/session-cookie';
import type { Database } from '../../src/platform/database';
import { quickHash } from './passwords';
import { Visitor } from './visitor';

/** Adds an administrator and begins their session. @param url of the API */
export async function loggedIn(
  db: Database,
  url: string,
  role: Role,
  applicationIds: readonly string[] | null = null,
): Promise<Visitor> {
  const email = `${role}-${randomBytes(4).toString('hex')}@example.com`;
  const { id } = await addAdministrator(db, {
    ...{ email, passwordHash: quickHash(randomBytes(9).toString('hex')), role, applicationIds },
  });
  const { value, csrfToken } = await openSession(db, id);
  return Object.assign(new Visitor(url), { cookie: `${sessionCookie.name}=${value}`, csrfToken });
}
