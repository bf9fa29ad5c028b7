/** URLs of databases, as other programs of PostgreSQL and Prisma write them. */
import { z } from 'zod';
import { ConfigError, type Reader } from './config-reader';

const form = z.string().regex(/^postgres(ql)?:\/\/\S+$/);
const FORM = 'a URL like postgresql://user:password@host:5432/database';

/**
 * Reads the URL of a database; undefined where it is not set. `sslmode=require` means what it does everywhere else: encrypted,
 * whoever's certificate it is.
 * @throws ConfigError also where it names another schema than Prisma's default.
 */
export function readDatabaseUrl(read: Reader, variable: string): string | undefined {
  const url = read(variable, form, FORM);
  if (url === undefined) return undefined;
  const [address = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const schema = parameters.get('schema');
  if (schema !== null && schema !== 'public')
    throw new ConfigError(variable, 'without ?schema=, for all tables are in the schema "public"');
  // By default the driver takes it for `verify-full`.
  if (parameters.get('sslmode') !== 'require' || parameters.has('uselibpqcompat')) return url;
  return `${address}?${query}&uselibpqcompat=true`;
}
