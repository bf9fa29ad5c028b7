/** A subscription as callers send it and see it. The API validates with these and describes itself by them. */
import { z } from 'zod';
import { coded } from '../platform/field-problems';
import { idOf, line, shownTime } from '../platform/fields';
import { SERVICE_SETTINGS } from '../outbox/early-recovery';
import { MOST_COUNTED } from '../platform/most-counted';
import { reasons } from '../platform/reasons';
import { HEALTH_CAUSES, HEALTH_STATES } from './health-state';
import { clientCertificateInput, clientCertificateView } from './client-certificate';
import { filterInput, filterPatch, filterView } from './filter';
import { authenticationInput, authenticationPatch, authenticationView } from './authentication';
import { signing, signingKey } from './signing';
import { payloadInput, payloadPatch, payloadView } from './payload';
import { headersInput, headersView } from './static-headers';
import { MAX_URL_LENGTH, urlProblem } from './target-url';

/** The three types of webhook, as in the database and in REST. */
export const UPDATE_TYPES = ['effective-permission', 'consent-receipts', 'citizen-emails'] as const;
export type UpdateType = (typeof UPDATE_TYPES)[number];

/** Statuses of a subscription, as in the database and in REST. */
export const SUBSCRIPTION_STATUSES = ['active', 'paused'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export const updateType = z.enum(UPDATE_TYPES).meta({
  description:
    'Type of the webhook. `effective-permission`: the full state of a citizen after each change; `consent-receipts`: what ' +
    'a change altered; `citizen-emails`: e-mails to send to citizens.',
  examples: ['effective-permission'],
});
export const subscriptionStatus = z.enum(SUBSCRIPTION_STATUSES).meta({
  description: 'While it is `paused` nothing is sent, and changes made then never are.',
  examples: ['active'],
});
export const subscriptionId = idOf('subscription');
export const applicationId = line(50).meta({
  description: 'Id of the application, chosen when it was created.',
  examples: ['acme-shop'],
});
export const name = line(200).meta({ description: 'What people call it.', examples: ['CRM'] });

const url = line(MAX_URL_LENGTH)
  .superRefine((text, context) => {
    const problem = urlProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: coded(problem) });
  })
  .meta({
    description:
      'Where webhooks are POSTed to: https, and a public address, unless the service allows others. `***` in place of a value of the query, ' +
      'or of a segment of the path, is what is stored there, as long as scheme, host, port and path stay.',
    examples: ['https://crm.example.com/hooks/consent'],
  });

/** Without a setting: as many as to one origin. */
const DEFAULT_MAX_IN_FLIGHT = 100;
const maxInFlight = z
  .int()
  .min(1)
  .max(1_000)
  .meta({
    description:
      'Requests that each worker may have in flight to it at once; with several workers, as many for each of them. What is ' +
      'more waits, and no attempt is spent.',
    examples: [100],
  });

const earlyRecovery = z.enum(SERVICE_SETTINGS).meta({
  description:
    'Whether what waits is released when its endpoint works again: each waiting delivery gets a cycle at once, at a bounded, rising ' +
    'rate, instead of at the end of its hour. `default`: as the service is set (`CPM_EARLY_RECOVERY`, on).',
  examples: ['default'],
});

const halfOpenProbing = z.enum(SERVICE_SETTINGS).meta({
  description:
    'Whether one delivery at a time knocks for all while its endpoint fails: six single attempts an interval instead of three of each ' +
    'delivery. What waits is released as soon as one arrives. `default`: as the service is set (`CPM_HALF_OPEN_PROBING`, off).',
  examples: ['default'],
});

const fields = z.strictObject({ applicationId, name, url, updateType });

/** Body of a POST. */
export const subscriptionCreation = fields
  .extend({
    status: subscriptionStatus.default('active'),
    maxInFlight: maxInFlight.default(DEFAULT_MAX_IN_FLIGHT),
    earlyRecovery: earlyRecovery.default('default'),
    halfOpenProbing: halfOpenProbing.default('default'),
    filter: filterInput.nullable().default(null),
    payload: payloadInput.prefault({}),
    signing: signing.default('hmac'),
    authentication: authenticationInput.optional(),
    headers: headersInput.optional(),
    clientCertificate: clientCertificateInput.optional(),
  })
  .meta({ id: 'SubscriptionCreation', description: 'A subscription to create.' });
export type SubscriptionCreation = z.output<typeof subscriptionCreation>;

/** Read-only members of GET's answer: accepted and ignored, so that the answer can be sent back. */
const ignored = z
  .unknown()
  .meta({ readOnly: true, description: 'Ignored, so that the answer of GET can be sent back.' });
const readOnly = z
  .strictObject({
    id: ignored,
    createdAt: ignored,
    updatedAt: ignored,
    health: ignored,
    signingSecret: z.null(coded('signing_secret_read_only')).meta({
      // Generators stumble over a type that has no other value than null.
      type: ['string', 'null'],
      readOnly: true,
      description: 'Accepted as `null` only; rotate it to get a new one.',
    }),
    signingSecretSet: ignored,
    signingKey: ignored,
  })
  .partial().shape;

/**
 * Body of a PUT. What is optional here stays as it is when absent: leaving a field out neither resumes a paused
 * subscription nor takes its credentials away.
 */
export const subscriptionReplacement = fields
  .extend({
    applicationId: applicationId.optional().meta({ description: 'As it is: it cannot be changed.' }),
    status: subscriptionStatus.optional(),
    maxInFlight: maxInFlight.optional(),
    earlyRecovery: earlyRecovery.optional(),
    halfOpenProbing: halfOpenProbing.optional(),
    filter: filterInput.nullish(),
    payload: payloadInput.optional(),
    signing: signing.optional(),
    authentication: authenticationInput.optional(),
    headers: headersInput.optional(),
    clientCertificate: clientCertificateInput.optional(),
    ...readOnly,
  })
  .meta({
    id: 'SubscriptionReplacement',
    description:
      'A subscription to write; status, limit, filter, payload, authentication, headers and secrets that are absent stay as they are.',
  });
export type SubscriptionReplacement = z.output<typeof subscriptionReplacement>;

/** Body of a PATCH: a JSON Merge Patch (RFC 7396). The merged whole is held to {@link subscriptionReplacement}. */
export const subscriptionPatch = fields
  .extend({
    status: subscriptionStatus,
    maxInFlight,
    earlyRecovery,
    halfOpenProbing,
    filter: filterPatch.nullable(),
    payload: payloadPatch,
    signing,
    authentication: authenticationPatch,
    headers: headersInput,
    clientCertificate: clientCertificateInput,
  })
  .partial()
  .extend(readOnly)
  .meta({ id: 'SubscriptionPatch', description: 'The members of a subscription to change (RFC 7396).' });
export type SubscriptionPatch = z.output<typeof subscriptionPatch>;

/** Why nothing can be sent for want of an access token. */
export const noAccessToken = z
  .object({
    error: z.string().meta({
      description: 'Why none is to be had.',
      examples: ['the token endpoint refused: invalid_client (HTTP 401)'],
    }),
    errorCodes: reasons,
    since: shownTime('When one was asked for in vain for the first time.'),
    nextTryAt: shownTime('When one is asked for again.'),
  })
  .meta({
    id: 'NoAccessToken',
    description:
      'No access token is to be had from the OAuth 2.0 server. Deliveries wait for one, and spend no attempt.',
  });
export type NoAccessToken = z.output<typeof noAccessToken>;

/** How the deliveries of a subscription fare. */
export const subscriptionHealth = z
  .object({
    state: z.enum(HEALTH_STATES).meta({
      description:
        '`healthy`: nothing waits. `recovering`: the endpoint works again, and what has waited has yet to be delivered. ' +
        '`degraded`: some deliveries fail or are late while others are delivered. `failing`: nothing has been delivered since ' +
        'the last failure. `paused`: nothing is sent.',
      examples: ['recovering'],
    }),
    since: shownTime('Since when it is so; `null`: nothing has been sent yet.').nullable(),
    cause: z.enum(HEALTH_CAUSES).meta({ description: 'Why it is so.', examples: ['recovered'] }),
    why: z.string().meta({
      description: 'The same in a sentence.',
      examples: ['The endpoint accepts webhooks again; 2 deliveries have yet to be delivered.'],
    }),
    lastSuccessAt: shownTime('When the endpoint last accepted a webhook; `null`: never yet.').nullable(),
    lastFailureAt: shownTime('When an attempt last failed; `null`: none ever did.').nullable(),
    lastError: z
      .string()
      .nullable()
      .meta({
        description: 'What went wrong in that attempt.',
        examples: ['HTTP 503'],
      }),
    lastErrorCodes: reasons,
    waiting: z.int().meta({
      description: `Deliveries that are not finished; ${MOST_COUNTED} means: that many or more.`,
      examples: [2],
    }),
    oldestWaitingAt: shownTime('When the oldest of them was created; `null`: there is none.').nullable(),
    oldestWithdrawalWaitingAt: shownTime(
      'When the oldest of them that takes consent away was created; `null`: there is none.',
    ).nullable(),
    nextAttemptAt: shownTime(
      'When the next attempt is due of those that wait for their time; `null`: none does.',
    ).nullable(),
    skippedWhilePaused: z
      .int()
      .meta({ description: 'Changes made while it was paused; they are never sent.', examples: [0] }),
    resyncAdvised: z.boolean().meta({
      description:
        'Whether the receiver may lack a state that only a resync sends: a change was skipped, or the filter, the type or the origin of ' +
        'the URL has changed, since the last resync of everybody. Only of `effective-permission`.',
      examples: [false],
    }),
    noAccessToken: noAccessToken.nullable(),
  })
  .meta({ id: 'SubscriptionHealth', description: 'How the deliveries of a subscription fare.' });
export type SubscriptionHealth = z.output<typeof subscriptionHealth>;

/** A subscription as it is shown. */
export const subscriptionView = z
  .object({
    id: subscriptionId,
    applicationId,
    name,
    url: z.string().meta({
      description:
        'Where webhooks are POSTed to. Values of its query of 8 characters or more, and segments of its path that are evidently tokens, ' +
        'are secret: `***` stands for each.',
      examples: ['https://crm.example.com/hooks/consent'],
    }),
    updateType,
    status: subscriptionStatus,
    maxInFlight,
    earlyRecovery,
    halfOpenProbing,
    filter: filterView.nullable(),
    payload: payloadView,
    authentication: authenticationView,
    headers: headersView,
    clientCertificate: clientCertificateView.nullable(),
    signing,
    signingKey: signingKey.nullable(),
    signingSecret: z
      .string()
      .nullable()
      .meta({
        description:
          'Secret of the signatures of the kind `hmac` (Standard Webhooks). Shown once, by the request that makes it.',
        examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      }),
    signingSecretSet: z
      .boolean()
      .meta({ description: 'Whether a signing secret is stored.', examples: [true] }),
    createdAt: shownTime('When it was created.'),
    updatedAt: shownTime('When it was last written.'),
    health: subscriptionHealth,
  })
  .meta({
    id: 'Subscription',
    description: 'Where webhooks are sent, of which type, and how they authenticate themselves.',
  });
export type SubscriptionView = z.output<typeof subscriptionView>;
