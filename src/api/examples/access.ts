/** Bodies to send, last chapter: who may do all this. */
import type { z } from 'zod';
import type { administratorCreation, administratorPatch } from '../../access/administrators';
import type { apiKeyCreation } from '../../access/api-keys';
import type { passwordLinkQuestion, passwordLinkUse } from '../../access/password-links';
import type { credentials, passwordChange, setup } from '../../access/login';
import type {
  secondFactorBegin as begin,
  secondFactorCode,
  secondFactorEnd as end,
} from '../../access/second-factor';
import type { Examples } from '../route';
import type { providerAnswer as answer } from '../routes/provider-log-in';

const first = { email: 'admin@example.com', password: 'an example passphrase' };
const changed = 'another, longer example passphrase';

export const firstAdministrator = {
  first: {
    summary: 'With the code that the service printed',
    value: { ...first, setupCode: 'code-from-the-output' },
  },
} satisfies Examples<z.input<typeof setup>>;

export const logIn = { first: { summary: 'The first administrator', value: first } } satisfies Examples<
  z.input<typeof credentials>
>;

export const providerAnswer = {
  cameBack: {
    summary: 'As the browser came back',
    value: {
      state: 'state-of-the-log-in',
      code: 'code-from-the-provider',
      iss: 'https://accounts.example.com',
    },
  },
} satisfies Examples<z.input<typeof answer>>;

export const code = {
  ofApp: { summary: 'As the app shows it', value: { code: '492039' } },
} satisfies Examples<z.input<typeof secondFactorCode>>;

export const secondFactorBegin = {
  again: { summary: 'The present password', value: { currentPassword: changed } },
} satisfies Examples<z.input<typeof begin>>;

export const secondFactorEnd = {
  both: { summary: 'Both factors', value: { currentPassword: changed, code: '492039' } },
} satisfies Examples<z.input<typeof end>>;

export const password = {
  longer: {
    summary: 'A longer passphrase',
    value: { currentPassword: first.password, newPassword: changed },
  },
} satisfies Examples<z.input<typeof passwordChange>>;

export const administrator = {
  colleague: {
    summary: 'A colleague',
    value: { email: 'colleague@example.com', role: 'editor' },
  },
} satisfies Examples<z.input<typeof administratorCreation>>;

const link = { token: 'token-of-the-link' };

export const linkQuestion = { opened: { summary: 'A link that was opened', value: link } } satisfies Examples<
  z.input<typeof passwordLinkQuestion>
>;

export const linkUse = {
  passphrase: { summary: 'A passphrase', value: { ...link, password: 'an example passphrase' } },
} satisfies Examples<z.input<typeof passwordLinkUse>>;

export const role = {
  viewer: { summary: 'Only looks from now on', value: { role: 'viewer' } },
} satisfies Examples<z.input<typeof administratorPatch>>;

export const apiKey = {
  website: {
    summary: 'For the website, which records consent and shows it',
    value: { name: 'Website', scopes: ['consent:read', 'consent:write'] },
  },
} satisfies Examples<z.input<typeof apiKeyCreation>>;
