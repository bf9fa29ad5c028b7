import { z } from 'zod';
import { FAILURES } from '../../delivery/http/errors';
import { reasons } from '../../platform/reasons';
import { citizenEmail } from './citizen-email';
import { shownNumber, shownText } from './common';
import { headers } from './deliveries';
import { consentReceipt, effectivePermissions } from './effective-permissions';

/** A request with its secrets hidden. */
export const shownRequest = z
  .object({
    url: shownText('Where it is sent to; `***` stands for secrets.', 'https://crm.example.com/hooks/consent'),
    headers: headers.meta({ description: 'Its headers.' }),
    body: shownText('The body, as it is sent.', '{"applicationId":"acme-shop"}'),
  })
  .meta({ id: 'ShownRequest', description: 'A request; credentials are redacted.' });

/** How a test request went. */
export const endpointTest = z
  .object({
    delivered: z
      .boolean()
      .meta({ description: 'The endpoint answered with a 2xx, in time.', examples: [true] }),
    statusCode: z
      .int()
      .nullable()
      .meta({ description: 'HTTP status of the answer; `null`: there was none.', examples: [200] }),
    error: z.string().nullable().meta({ description: 'What went wrong; `null`: nothing did.' }),
    errorCodes: reasons,
    failure: z
      .enum(FAILURES)
      .nullable()
      .meta({
        description:
          'What kind of failure `error` tells of; `null`: none. `answered`: with a status that is no 2xx.',
        examples: [null],
      }),
    durationMs: shownNumber('From connecting to the last byte, in milliseconds.', 84),
    responseHeaders: headers
      .nullable()
      .meta({ description: 'Headers of the answer; `null`: there was none.' }),
    responseBody: z
      .string()
      .nullable()
      .meta({
        description: 'Body of the answer, cut where it is long; `null`: there was no answer.',
        examples: ['ok'],
      }),
    request: shownRequest.meta({ description: 'What was sent; credentials are redacted.' }),
  })
  .meta({ id: 'EndpointTest', description: 'How an endpoint answered to a test request.' });

/** An example body for each type of webhook. */
export const samples = z
  .object({
    'effective-permission': effectivePermissions,
    'consent-receipts': consentReceipt,
    'citizen-emails': citizenEmail,
  })
  .meta({ id: 'SamplePayloads', description: 'An example body for each type of webhook.' });
