import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The directory that holds prisma/ and dist/.
 *
 * Found upwards from this file, because the compiled code lies one level deeper (dist/src) than the source.
 */
export const projectRoot: string = findUpwards(__dirname);

function findUpwards(directory: string): string {
  if (existsSync(path.join(directory, 'prisma', 'schema.prisma'))) return directory;
  const parent = path.dirname(directory);
  if (parent === directory) throw new Error('prisma/schema.prisma not found above the running code');
  return findUpwards(parent);
}
