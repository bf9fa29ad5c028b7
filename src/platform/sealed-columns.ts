/** Every column that holds ciphertext, with what it was sealed for. Rotating the key goes through all of them. */
import type { SealPurpose } from './encryption';

/** The sealed columns of a table. */
export interface SealedTable {
  readonly table: string;
  readonly columns: Readonly<Record<string, SealPurpose>>;
}

/** The largest tables come last. */
export const SEALED_TABLES: readonly SealedTable[] = [
  {
    table: 'Subscription',
    columns: {
      urlSealed: 'credential',
      authSecretSealed: 'credential',
      headersSealed: 'credential',
      clientCertificateSealed: 'credential',
      signingSecretSealed: 'signing-secret',
      previousSigningSecretSealed: 'signing-secret',
    },
  },
  { table: 'Administrator', columns: { totpSecretSealed: 'second-factor' } },
  { table: 'AccessToken', columns: { tokenSealed: 'credential' } },
  { table: 'CitizenAddress', columns: { emailSealed: 'address', localeSealed: 'address' } },
  { table: 'IdempotencyKey', columns: { requestHash: 'answer', answerSealed: 'answer' } },
  { table: 'Delivery', columns: { bodySealed: 'payload' } },
  { table: 'Attempt', columns: { responseHeadersSealed: 'response', responseBodySealed: 'response' } },
];
