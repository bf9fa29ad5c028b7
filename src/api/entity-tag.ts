/**
 * Entity tags (RFC 9110 §8.8.3), so that nobody writes over what they have not seen: GET tells one in `ETag`, and a write that sends
 * it back in `If-Match` is refused once the thing was changed meanwhile (§13.1.1, rule `write-what-was-seen`). `If-None-Match: *` of a PUT creates only.
 */
import { createHash } from 'node:crypto';
import { Prisma, type Tx } from '../platform/database';
import { refusal, ServiceError } from '../platform/errors';
import type { Resource } from './route';

/** What a write is only done under. */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** The tag of a thing as GET shows it, in quotes. Members that change without anybody's doing are left out of it. */
export function entityTag({ besides = [] }: Pick<Resource, 'besides'>, shown: unknown): string {
  const counts = Object.entries(shown as object).filter(([name]) => !besides.includes(name));
  const hash = createHash('sha256').update(JSON.stringify(Object.fromEntries(counts)));
  return `"${hash.digest('base64url').slice(0, 22)}"`;
}

/**
 * Lets a write go on if what it is to change is what its caller has read. Until the transaction ends others that write the same
 * wait, those without a precondition too.
 * @param thing names it among all that have tags
 * @param show reads the thing as GET shows it
 * @throws ServiceError `changed_meanwhile`, or `exists_already` where it was to be created; what `show` throws where there is none.
 */
export async function requireUnchanged(
  tx: Tx,
  resource: Pick<Resource, 'besides'>,
  thing: string,
  { ifMatch, ifNoneMatch }: Preconditions,
  show: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  await tx.$queryRaw(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${`resource:${thing}`}, 0))::text AS "held"`,
  );
  if (ifNoneMatch === '*' && (await exists(() => show(tx)))) throw refusal('exists_already');
  if (ifMatch === undefined) return;
  const tag = entityTag(resource, await show(tx));
  const given = ifMatch.split(',').map((one) => one.trim());
  if (!given.includes('*') && !given.includes(tag)) throw refusal('changed_meanwhile');
}

async function exists(show: () => Promise<unknown>): Promise<boolean> {
  try {
    await show();
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return false;
    throw error;
  }
}
