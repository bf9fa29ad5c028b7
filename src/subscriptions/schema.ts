/** A subscription as callers send it and see it. The API validates with these and describes itself by them. */
import { z } from 'zod';
import { coded } from '../platform/field-problems';
import { id, line } from '../platform/fields';
import { authenticationInput, authenticationPatch, authenticationView } from './authentication';
import { MAX_URL_LENGTH, urlProblem } from './target-url';

/** The three types of webhook, as in the database and in REST. */
export const UPDATE_TYPES = ['effective-permission', 'consent-receipts', 'citizen-emails'] as const;
export type UpdateType = (typeof UPDATE_TYPES)[number];

/** Statuses of a subscription, as in the database and in REST. */
export const SUBSCRIPTION_STATUSES = ['active', 'paused'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export const updateType = z.enum(UPDATE_TYPES);
export const subscriptionStatus = z.enum(SUBSCRIPTION_STATUSES);
export const applicationId = line(50);

const url = line(MAX_URL_LENGTH)
  .superRefine((text, context) => {
    const problem = urlProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: coded(problem) });
  })
  .meta({ description: 'Where webhooks are POSTed to.', example: 'https://example.com/hooks/consent' });

const fields = z.strictObject({ applicationId, name: line(200), url, updateType });

/** Body of a POST. */
export const subscriptionCreation = fields
  .extend({
    status: subscriptionStatus.default('active'),
    authentication: authenticationInput.optional(),
  })
  .meta({ id: 'SubscriptionCreation' });
export type SubscriptionCreation = z.output<typeof subscriptionCreation>;

/** Read-only members of GET's answer: accepted and ignored, so that the answer can be sent back. */
const readOnly = z
  .strictObject({
    id: z.unknown(),
    createdAt: z.unknown(),
    updatedAt: z.unknown(),
    health: z.unknown(),
    signingSecret: z.null(coded('signing_secret_read_only')),
    signingSecretSet: z.unknown(),
  })
  .partial().shape;

/**
 * Body of a PUT. What is optional here stays as it is when absent: leaving a field out neither resumes a paused
 * subscription nor takes its credentials away.
 */
export const subscriptionReplacement = fields
  .extend({
    applicationId: applicationId.optional().meta({ description: 'Can not be changed.' }),
    status: subscriptionStatus.optional(),
    authentication: authenticationInput.optional(),
    ...readOnly,
  })
  .meta({ id: 'SubscriptionReplacement' });
export type SubscriptionReplacement = z.output<typeof subscriptionReplacement>;

/** Body of a PATCH: a JSON Merge Patch (RFC 7396). The merged whole is held to {@link subscriptionReplacement}. */
export const subscriptionPatch = fields
  .extend({ status: subscriptionStatus, authentication: authenticationPatch })
  .partial()
  .extend(readOnly)
  .meta({ id: 'SubscriptionPatch' });
export type SubscriptionPatch = z.output<typeof subscriptionPatch>;

/** How the deliveries of a subscription fare. */
export const subscriptionHealth = z
  .object({
    lastSuccessAt: z.iso.datetime().nullable(),
    lastFailureAt: z.iso.datetime().nullable(),
    lastError: z.string().nullable(),
    waiting: z.int().meta({ description: 'Deliveries that are not finished.' }),
    oldestWaitingAt: z.iso.datetime().nullable(),
    skippedWhilePaused: z.int().meta({ description: 'Changes that passed while it was paused; never sent.' }),
  })
  .meta({ id: 'SubscriptionHealth' });
export type SubscriptionHealth = z.output<typeof subscriptionHealth>;

/** A subscription as it is shown. */
export const subscriptionView = z
  .object({
    id,
    applicationId: z.string(),
    name: z.string(),
    url: z.string(),
    updateType,
    status: subscriptionStatus,
    authentication: authenticationView,
    signingSecret: z.string().nullable().meta({ description: 'Shown once, by the POST that creates it.' }),
    signingSecretSet: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    health: subscriptionHealth,
  })
  .meta({ id: 'Subscription' });
export type SubscriptionView = z.output<typeof subscriptionView>;
