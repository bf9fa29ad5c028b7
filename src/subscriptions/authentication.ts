/** The authentication of a webhook's requests: what callers may set, and what is shown. */
import { z } from 'zod';
import { coded } from '../platform/field-problems';
import { instant, line } from '../platform/fields';
import { headerNameProblem, headerValueProblem } from './header-field';

/** Ways of authentication, as in the database and in REST. */
export const AUTH_TYPES = ['none', 'api-key', 'bearer'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** The place of an API key in the request. */
export const API_KEY_LOCATIONS = ['header', 'query'] as const;

const MAX_SECRET_LENGTH = 8_192;

const set = z
  .boolean()
  .meta({ readOnly: true, description: 'Whether a secret is stored; ignored in requests.' });

const secret = (description: string): z.ZodOptional<z.ZodNullable<z.ZodString>> =>
  line(MAX_SECRET_LENGTH)
    .nullish()
    .meta({ writeOnly: true, description: `${description} Absent or null keeps the stored one.` });

const apiKeyFields = z.strictObject({
  location: z.enum(API_KEY_LOCATIONS),
  key: line(200).meta({
    description: 'Name of the header or of the query parameter.',
    example: 'X-Webhook-Key',
  }),
  value: secret('The key itself.'),
  valueSet: set.optional(),
});

const bearerFields = z.strictObject({
  token: secret('Sent as `Authorization: Bearer TOKEN`.').refine(
    (token) => typeof token !== 'string' || /^[\x21-\x7e]+$/.test(token),
    coded('invalid_token'),
  ),
  tokenSet: set.optional(),
  expiresAt: instant
    .nullish()
    .meta({ description: 'When the token ends; shown as a reminder to rotate it.' }),
});

/** `authentication` of a request. */
export const authenticationInput = z
  .discriminatedUnion('authType', [
    z.strictObject({ authType: z.literal('none') }),
    z.strictObject({
      authType: z.literal('api-key'),
      apiKeyAuth: apiKeyFields.superRefine(({ location, key, value }, context) => {
        if (location !== 'header') return;
        const name = headerNameProblem(key);
        if (name !== undefined) context.addIssue({ code: 'custom', path: ['key'], message: coded(name) });
        const content = typeof value === 'string' ? headerValueProblem(value) : undefined;
        if (content !== undefined)
          context.addIssue({ code: 'custom', path: ['value'], message: coded(content) });
      }),
    }),
    z.strictObject({ authType: z.literal('bearer'), bearerAuth: bearerFields }),
  ])
  .meta({ id: 'AuthenticationInput' });
export type AuthenticationInput = z.output<typeof authenticationInput>;

/** `authentication` of a merge patch; the merged result is validated by {@link authenticationInput}. */
export const authenticationPatch = z
  .strictObject({
    authType: z.enum(AUTH_TYPES),
    apiKeyAuth: apiKeyFields.partial().nullable(),
    bearerAuth: bearerFields.partial().nullable(),
  })
  .partial()
  .meta({ id: 'AuthenticationPatch' });

/** The authentication as it is shown, without secrets. */
export const authenticationView = z
  .discriminatedUnion('authType', [
    z.object({ authType: z.literal('none') }),
    z.object({
      authType: z.literal('api-key'),
      apiKeyAuth: z.object({
        location: z.enum(API_KEY_LOCATIONS),
        key: z.string(),
        value: z.null(),
        valueSet: z.boolean(),
      }),
    }),
    z.object({
      authType: z.literal('bearer'),
      bearerAuth: z.object({
        token: z.null(),
        tokenSet: z.boolean(),
        expiresAt: z.iso.datetime().nullable(),
      }),
    }),
  ])
  .meta({ id: 'Authentication' });
export type AuthenticationView = z.output<typeof authenticationView>;
