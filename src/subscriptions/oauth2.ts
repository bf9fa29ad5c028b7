/** OAuth 2.0 for webhooks: where their access tokens come from, and by which grant (RFC 6749 §4.4, §6). */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid } from '../platform/errors';
import { coded } from '../platform/field-problems';
import { line } from '../platform/fields';
import { newId } from '../platform/ids';
import { maskUrl } from './masked-url';
import { hidden, secret, set } from './secret-fields';
import { SHORTEST_SECRET } from './shortest-secret';
import { givenUrl } from './stored-url';
import { MAX_URL_LENGTH, urlProblem } from './target-url';

/** What access tokens are asked for with: the client credentials, or the refresh token where there is one. */
export interface OAuth2Grant {
  /** Another one whenever something of it was changed; a refresh token that its server has replaced is no such change. */
  readonly grantId: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | null;
  readonly audience: string | null;
  readonly refreshToken: string | null;
}

const PATH = 'authentication.oauth2Auth';

const tokenUrl = {
  description: 'Where access tokens are asked for.',
  examples: ['https://login.example.com/oauth2/token'],
};
const clientId = { description: 'Id of the client.', examples: ['consent-webhooks'] };
const scope = { description: 'Scopes to ask for, separated by spaces.', examples: ['webhooks.write'] };
const audience = {
  description: 'Whom the token is for, where the server asks for that.',
  examples: ['https://crm.example.com'],
};

/** `oauth2Auth` of a request. */
export const oauth2Fields = z.strictObject({
  tokenUrl: line(MAX_URL_LENGTH)
    .superRefine((text, context) => {
      const problem = urlProblem(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: coded(problem) });
    })
    .meta(tokenUrl),
  clientId: line(500).meta(clientId),
  clientSecret: secret('The secret of the client.', 'example-secret-of-the-client'),
  clientSecretSet: set.optional(),
  scope: line(2_000).nullish().meta(scope),
  audience: line(2_000).nullish().meta(audience),
  refreshToken: secret(
    'Where it is given, tokens are asked for with it and no longer with the client credentials alone. The stored one goes with its client: another `clientId` forgets it, and so does an empty text.',
    'example-refresh-token',
    0,
  ).refine(
    (token) => typeof token !== 'string' || token === '' || token.length >= SHORTEST_SECRET,
    coded('too_short', { min: SHORTEST_SECRET }),
  ),
  refreshTokenSet: set.optional(),
});

/** `oauth2Auth` as it is shown. */
export const oauth2View = z.object({
  tokenUrl: z.string().meta(tokenUrl),
  clientId: z.string().meta(clientId),
  clientSecret: hidden,
  clientSecretSet: z.boolean().meta({ description: 'Whether a secret is stored.', examples: [true] }),
  scope: z.string().nullable().meta(scope),
  audience: z.string().nullable().meta(audience),
  refreshToken: hidden,
  refreshTokenSet: z.boolean().meta({ description: 'Whether a refresh token is stored.', examples: [false] }),
});

/**
 * The sealed form of what a request says. Secrets that are absent or null stay the stored ones, as long as they go to the same
 * origin and are of the same client.
 * @param elsewhere the tokens would be sent to another origin than the one that the grant was given for
 * @throws ServiceError naming the field where a secret is needed.
 */
export function sealGrant(
  sealer: Sealer,
  input: z.output<typeof oauth2Fields>,
  storedSealed: string | null,
  elsewhere = false,
): string {
  const stored = storedSealed === null ? undefined : openGrant(sealer, storedSealed);
  const tokenUrl = givenUrl(input.tokenUrl, stored?.tokenUrl, `${PATH}.tokenUrl`);
  const kept = stored && originOf(stored.tokenUrl) === originOf(tokenUrl) ? stored : undefined;
  const clientSecret = input.clientSecret ?? kept?.clientSecret;
  if (clientSecret === undefined) throw invalid(fieldProblem(`${PATH}.clientSecret`, 'secret_required'));
  if (elsewhere && typeof input.clientSecret !== 'string')
    throw invalid(fieldProblem(`${PATH}.clientSecret`, 'secret_of_other_origin'));
  const keptToken = kept?.clientId === input.clientId ? kept.refreshToken : null;
  const given = {
    tokenUrl,
    clientId: input.clientId,
    clientSecret,
    scope: input.scope ?? null,
    audience: input.audience ?? null,
    refreshToken: input.refreshToken === '' ? null : (input.refreshToken ?? keptToken),
  };
  if (stored && storedSealed !== null && isDeepStrictEqual({ grantId: stored.grantId, ...given }, stored))
    return storedSealed;
  return seal(sealer, { grantId: newId(), ...given });
}

/** What is stored. */
export function openGrant(sealer: Sealer, sealed: string): OAuth2Grant {
  return JSON.parse(sealer.open(sealed, 'credential')) as OAuth2Grant;
}

/** What is shown of it. */
export function showGrant(sealer: Sealer, sealed: string): z.output<typeof oauth2View> {
  const { tokenUrl, clientId, scope, audience, refreshToken } = openGrant(sealer, sealed);
  return {
    ...{ tokenUrl: maskUrl(tokenUrl), clientId, scope, audience },
    clientSecret: null,
    clientSecretSet: true,
    refreshToken: null,
    refreshTokenSet: refreshToken !== null,
  };
}

/** Stores the refresh token that its server has given in place of the one that was used, which may be worth nothing any more. */
export async function replaceRefreshToken(
  tx: Tx,
  sealer: Sealer,
  subscriptionId: string,
  { used, next }: { readonly used: string; readonly next: string },
): Promise<void> {
  const [row] = await tx.$queryRaw<{ authType: string; authSecretSealed: string | null }[]>`
    SELECT "authType", "authSecretSealed" FROM "Subscription" WHERE "id" = ${subscriptionId}::uuid FOR NO KEY UPDATE`;
  if (row?.authType !== 'oauth2' || row.authSecretSealed === null) return;
  const grant = openGrant(sealer, row.authSecretSealed);
  if (grant.refreshToken !== used) return; // somebody has given another one meanwhile
  await tx.$executeRaw`
    UPDATE "Subscription" SET "authSecretSealed" = ${seal(sealer, { ...grant, refreshToken: next })}
    WHERE "id" = ${subscriptionId}::uuid`;
}

function seal(sealer: Sealer, grant: OAuth2Grant): string {
  return sealer.seal(JSON.stringify(grant), 'credential');
}

function originOf(url: string): string {
  return new URL(url).origin;
}
