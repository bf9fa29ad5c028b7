/** Bodies to send, last chapter: who may do all this. */
import type { z } from 'zod';
import type { administratorCreation, administratorPatch } from '../../access/administrators';
import type { apiKeyCreation } from '../../access/api-keys';
import type { credentials, passwordChange, setup } from '../../access/login';
import type { Examples } from '../route';

const first = { email: 'admin@example.com', password: 'an example passphrase' };

export const firstAdministrator = {
  first: {
    summary: 'With the code that the service printed',
    value: { ...first, setupCode: 'code-from-the-output' },
  },
} satisfies Examples<z.input<typeof setup>>;

export const logIn = { first: { summary: 'The first administrator', value: first } } satisfies Examples<
  z.input<typeof credentials>
>;

export const password = {
  longer: {
    summary: 'A longer passphrase',
    value: { currentPassword: first.password, newPassword: 'another, longer example passphrase' },
  },
} satisfies Examples<z.input<typeof passwordChange>>;

export const administrator = {
  colleague: {
    summary: 'A colleague',
    value: { email: 'colleague@example.com', password: 'an example passphrase', role: 'editor' },
  },
} satisfies Examples<z.input<typeof administratorCreation>>;

export const role = {
  viewer: { summary: 'Only looks from now on', value: { role: 'viewer' } },
} satisfies Examples<z.input<typeof administratorPatch>>;

export const apiKey = {
  website: {
    summary: 'For the website, which records consent and shows it',
    value: { name: 'Website', scopes: ['consent:read', 'consent:write'] },
  },
} satisfies Examples<z.input<typeof apiKeyCreation>>;
