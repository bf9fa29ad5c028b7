import { z } from 'zod';
import { id } from '../../platform/fields';
import { effectivePermissions } from './effective-permissions';

const headers = z.record(z.string(), z.string());

/** How a test of an endpoint went. */
export const endpointTest = z
  .object({
    delivered: z.boolean().meta({ description: 'The endpoint answered with a 2xx, in time.' }),
    statusCode: z.int().nullable(),
    error: z.string().nullable().meta({ description: 'What went wrong; null where nothing did.' }),
    durationMs: z.int(),
    responseHeaders: headers.nullable(),
    responseBody: z.string().nullable().meta({ description: 'Cut where it is long.' }),
    request: z
      .object({ url: z.string(), headers, body: z.string() })
      .meta({ description: 'What was sent; credentials are redacted.' }),
  })
  .meta({ id: 'EndpointTest' });

const address = z.object({ email: z.string(), name: z.string().nullable() });

const citizenEmail = z
  .object({
    applicationId: z.string(),
    citizenId: id,
    externalRef: z.string(),
    emailId: id,
    type: z.literal('double-opt-in'),
    transactionIds: z.array(id),
    locale: z.string(),
    from: address,
    to: z.array(address),
    replyTo: address.nullable(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    confirmUrl: z.url(),
    expiresAt: z.iso.datetime(),
    sentAt: z.iso.datetime(),
  })
  .meta({ id: 'CitizenEmail' });

/** An example body for each type of webhook. */
export const samples = z
  .object({
    'effective-permission': effectivePermissions,
    'consent-receipts': effectivePermissions.partial({ permissions: true, preferences: true }),
    'citizen-emails': citizenEmail,
  })
  .meta({ id: 'SamplePayloads' });
