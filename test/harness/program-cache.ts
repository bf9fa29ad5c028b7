/** Where the scripts keep programs that they have downloaded or built, shared by all checkouts of this user. */
import { homedir } from 'node:os';
import path from 'node:path';

export const programCache = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
  'cpm-webhooks',
);
