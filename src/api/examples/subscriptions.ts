/** Bodies to send, chapter three: who is told of the changes. */
import type { z } from 'zod';
import type { resyncRequest } from '../../subscriptions/resyncs';
import type { signingSecretRotation } from '../../subscriptions/rotate-signing-secret';
import type {
  subscriptionCreation,
  subscriptionPatch,
  subscriptionReplacement,
} from '../../subscriptions/schema';
import type { unsavedSubscription } from '../../subscriptions/test-request';
import type { Examples } from '../route';

const crm = {
  applicationId: 'acme-shop',
  name: 'CRM',
  url: 'https://crm.example.com/hooks/consent',
  updateType: 'effective-permission',
  authentication: {
    authType: 'api-key',
    apiKeyAuth: { location: 'header', key: 'X-Webhook-Key', value: 'example-key-of-the-crm' },
  },
} as const;

export const creation = {
  effectivePermissions: { summary: 'A CRM that wants the full state, with an API key', value: crm },
  consentReceipts: {
    summary: 'A warehouse that wants what was altered of one option, with a bearer token',
    value: {
      filter: { options: ['newsletter'] },
      applicationId: 'acme-shop',
      name: 'Warehouse',
      url: 'https://warehouse.example.com/consent',
      updateType: 'consent-receipts',
      authentication: {
        authType: 'bearer',
        bearerAuth: { token: 'example-token-of-the-warehouse', expiresAt: '2030-12-31T23:59:59.000Z' },
      },
    },
  },
  oauth2: {
    summary: 'An API behind an OAuth 2.0 server',
    value: {
      applicationId: 'acme-shop',
      name: 'Profiles',
      url: 'https://profiles.example.com/consent',
      updateType: 'effective-permission',
      authentication: {
        authType: 'oauth2',
        oauth2Auth: {
          tokenUrl: 'https://login.example.com/oauth2/token',
          clientId: 'consent-webhooks',
          clientSecret: 'example-secret-of-the-client',
          scope: 'webhooks.write',
        },
      },
    },
  },
  citizenEmails: {
    summary: 'A mailer that sends the e-mails to citizens, without authentication',
    value: {
      applicationId: 'acme-shop',
      name: 'Mailer',
      url: 'https://mailer.example.com/send',
      updateType: 'citizen-emails',
      authentication: { authType: 'none' },
    },
  },
} satisfies Examples<z.input<typeof subscriptionCreation>>;

export const draft = { crm: { summary: 'Before it is created', value: crm } } satisfies Examples<
  z.input<typeof unsavedSubscription>
>;

export const replacement = {
  keepSecrets: {
    summary: 'Another name; the key stays the stored one',
    value: {
      name: 'CRM in the cloud',
      url: 'https://crm.example.com/hooks/consent',
      updateType: 'effective-permission',
      status: 'active',
      authentication: {
        authType: 'api-key',
        apiKeyAuth: { location: 'header', key: 'X-Webhook-Key', value: null },
      },
    },
  },
} satisfies Examples<z.input<typeof subscriptionReplacement>>;

export const patch = {
  name: { summary: 'Another name', value: { name: 'CRM' } },
  headers: {
    summary: 'A header for the gateway before the endpoint',
    value: { headers: [{ name: 'X-Tenant', value: 'tenant-of-acme' }] },
  },
  limit: { summary: 'An endpoint that takes five requests at once', value: { maxInFlight: 5 } },
  token: {
    summary: 'A bearer token instead of the key, or a new one',
    value: {
      authentication: {
        authType: 'bearer',
        bearerAuth: { token: 'example-token-of-the-crm', expiresAt: '2030-12-31T23:59:59.000Z' },
      },
    },
  },
} satisfies Examples<z.input<typeof subscriptionPatch>>;

export const rotation = {
  day: { summary: 'The old secret signs for another day', value: { overlap: '24h' } },
} satisfies Examples<z.input<typeof signingSecretRotation>>;

export const resync = {
  since: {
    summary: 'Citizens whose latest change is not older',
    value: { since: '2025-06-01T00:00:00.000Z' },
  },
} satisfies Examples<z.input<typeof resyncRequest>>;
