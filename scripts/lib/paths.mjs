import { homedir } from 'node:os';
import path from 'node:path';

/** The checkout. */
export const root = path.resolve(import.meta.dirname, '../..');

/** A path in the checkout. */
export const inRoot = (...parts) => path.join(root, ...parts);

/** Downloaded or built programs, shared by all checkouts of this user. */
export const cacheDir = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
  'cpm-webhooks',
);
