/** The authentication of a webhook's requests: what callers may set, and what is shown. */
import { z } from 'zod';
import { coded } from '../platform/field-problems';
import { line, momentText, shownTime } from '../platform/fields';
import { headerNameProblem, headerValueProblem } from './header-field';
import { oauth2Fields, oauth2View } from './oauth2';
import { hidden, secret, set } from './secret-fields';

/** Ways of authentication, as in the database and in REST. */
export const AUTH_TYPES = ['none', 'api-key', 'bearer', 'oauth2'] as const;
export type AuthType = (typeof AUTH_TYPES)[number];

/** The place of an API key in the request. */
export const API_KEY_LOCATIONS = ['header', 'query'] as const;

const location = z.enum(API_KEY_LOCATIONS).meta({
  description: 'Where the key goes: a header, or the query string of the URL.',
  examples: ['header'],
});
const keyName = { description: 'Name of the header or of the query parameter.', examples: ['X-Webhook-Key'] };
const expiry = 'When the token ends; a reminder to replace it, it is sent all the same.';
const apiKeyAuth = { description: 'The API key that is sent.' };
const oauth2Auth = {
  description: 'How access tokens are asked for; they are sent as `Authorization: Bearer TOKEN`.',
};
const bearerAuth = { description: 'The token that is sent as `Authorization: Bearer TOKEN`.' };

const typeOf = <T extends AuthType>(authType: T): z.ZodLiteral<T> =>
  z.literal(authType).meta({ description: 'Way of authentication.' });

const apiKeyFields = z.strictObject({
  location,
  key: line(200).meta(keyName),
  value: secret('The key itself.', 'example-key-of-the-crm'),
  valueSet: set.optional(),
});

const bearerFields = z.strictObject({
  token: secret('The token itself.', 'example-token-of-the-warehouse').refine(
    (token) => typeof token !== 'string' || /^[\x21-\x7e]+$/.test(token),
    coded('invalid_token'),
  ),
  tokenSet: set.optional(),
  expiresAt: momentText.nullish().meta({ description: expiry, examples: ['2030-12-31T23:59:59.000Z'] }),
});

/** `authentication` of a request. */
export const authenticationInput = z
  .discriminatedUnion('authType', [
    z
      .strictObject({ authType: typeOf('none') })
      .meta({ id: 'NoAuthenticationInput', description: 'Nothing is sent.' }),
    z
      .strictObject({
        authType: typeOf('api-key'),
        apiKeyAuth: apiKeyFields
          .superRefine(({ location: place, key, value }, context) => {
            if (place !== 'header') return;
            const name = headerNameProblem(key);
            if (name !== undefined) context.addIssue({ code: 'custom', path: ['key'], message: coded(name) });
            const content = typeof value === 'string' ? headerValueProblem(value) : undefined;
            if (content !== undefined)
              context.addIssue({ code: 'custom', path: ['value'], message: coded(content) });
          })
          .meta(apiKeyAuth),
      })
      .meta({ id: 'ApiKeyAuthenticationInput', description: 'A key in a header or in the query string.' }),
    z
      .strictObject({ authType: typeOf('bearer'), bearerAuth: bearerFields.meta(bearerAuth) })
      .meta({ id: 'BearerAuthenticationInput', description: 'A token in the `Authorization` header.' }),
    z
      .strictObject({ authType: typeOf('oauth2'), oauth2Auth: oauth2Fields.meta(oauth2Auth) })
      .meta({ id: 'OAuth2AuthenticationInput', description: 'Access tokens of an OAuth 2.0 server.' }),
  ])
  .meta({ id: 'AuthenticationInput', description: 'How requests to the endpoint authenticate themselves.' });
export type AuthenticationInput = z.output<typeof authenticationInput>;

/** `authentication` of a merge patch; the merged result is validated by {@link authenticationInput}. */
export const authenticationPatch = z
  .strictObject({
    authType: z.enum(AUTH_TYPES).meta({ description: 'Way of authentication.', examples: ['bearer'] }),
    apiKeyAuth: apiKeyFields.partial().nullable().meta(apiKeyAuth),
    bearerAuth: bearerFields.partial().nullable().meta(bearerAuth),
    oauth2Auth: oauth2Fields.partial().nullable().meta(oauth2Auth),
  })
  .partial()
  .meta({
    id: 'AuthenticationPatch',
    description: 'The members to change. Of another way of authentication nothing stays.',
  });

/** The authentication as it is shown, without secrets. */
export const authenticationView = z
  .discriminatedUnion('authType', [
    z.object({ authType: typeOf('none') }).meta({ id: 'NoAuthentication', description: 'Nothing is sent.' }),
    z
      .object({
        authType: typeOf('api-key'),
        apiKeyAuth: z
          .object({
            location,
            key: z.string().meta(keyName),
            value: hidden,
            valueSet: z.boolean().meta({ description: 'Whether a key is stored.', examples: [true] }),
          })
          .meta(apiKeyAuth),
      })
      .meta({ id: 'ApiKeyAuthentication', description: 'A key in a header or in the query string.' }),
    z
      .object({
        authType: typeOf('bearer'),
        bearerAuth: z
          .object({
            token: hidden,
            tokenSet: z.boolean().meta({ description: 'Whether a token is stored.', examples: [true] }),
            expiresAt: shownTime(`${expiry} \`null\`: not known.`).nullable(),
          })
          .meta(bearerAuth),
      })
      .meta({ id: 'BearerAuthentication', description: 'A token in the `Authorization` header.' }),
    z
      .object({ authType: typeOf('oauth2'), oauth2Auth: oauth2View.meta(oauth2Auth) })
      .meta({ id: 'OAuth2Authentication', description: 'Access tokens of an OAuth 2.0 server.' }),
  ])
  .meta({ id: 'Authentication', description: 'How requests to the endpoint authenticate themselves.' });
export type AuthenticationView = z.output<typeof authenticationView>;
