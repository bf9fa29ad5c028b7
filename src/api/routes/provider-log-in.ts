import { z } from 'zod';
import { admit } from '../../access/identity/admit';
import { attempts, requireAttempt } from '../../access/identity/attempt';
import { databaseNow, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { refusal } from '../../platform/errors';
import { addressOf, limitAttempts, refuseExceeded, type AttemptLimit } from '../attempt-limit';
import { eventOf } from '../audited';
import * as examples from '../examples/access';
import { noted } from '../note-log-in';
import { route, type Route } from '../route';
import { begin, session, type Entrance, type WaysIn } from '../schemas/session';
import { logInCookie } from '../session-cookie';

const tag = 'Session';

const begun = z
  .object({
    url: z.string().meta({
      description: 'Where the identity provider asks who somebody is. It sends the browser back.',
      examples: ['https://accounts.example.com/authorize?client_id=cpm'],
    }),
  })
  .meta({ id: 'ProviderLogIn', description: 'A log-in with the identity provider that has begun.' });

const part = (description: string, example: string): z.ZodString =>
  z
    .string()
    .max(8_192)
    .meta({ description, examples: [example] });

/** Body of the end of such a log-in. */
export const providerAnswer = z
  .strictObject({
    state: part('As it was sent.', 'state-of-the-log-in'),
    code: part('Stands for who somebody is.', 'code-from-the-provider').optional(),
    iss: part('Whose answer it is (RFC 9207).', 'https://accounts.example.com').optional(),
    error: part('Why there is no code.', 'access_denied').optional(),
  })
  .meta({
    id: 'ProviderAnswer',
    description: 'What the identity provider has added to the address that the browser came back to.',
  });

/** A whole office may share one network address. Failures within a quarter of an hour. */
const perAddress: AttemptLimit = {
  ...{ name: 'provider-log-in', most: 50, windowMs: 15 * 60_000 },
  key: addressOf,
};

/** Logging in with the identity provider: OpenID Connect, authorisation code with PKCE. */
export function providerLogInRoutes(db: Database, sealer: Sealer, entrance: Entrance): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/session/oidc',
      operationId: 'beginProviderLogIn',
      tag,
      access: 'open',
      summary: 'Begin to log in with the identity provider',
      description: 'Sets a cookie without which the log-in can not be ended; it is good for ten minutes.',
      guards: [limitAttempts(db, perAddress)],
      status: 200,
      answer: begun,
      refusals: [404, 429],
      exchange: async (_request, { req, res }) => {
        const { url, attempt } = await providerOf(entrance.ways).begin();
        logInCookie.set(req, res, attempts.seal(sealer, attempt, await databaseNow(db)));
        return { url };
      },
    }),
    route({
      method: 'post',
      path: '/v1/session/oidc/callback',
      operationId: 'endProviderLogIn',
      tag,
      access: 'open',
      summary: 'Log in with what the identity provider has answered',
      description:
        "Sets the session's cookie. Role, applications and e-mail address are those that the provider tells now.",
      body: providerAnswer,
      examples: examples.providerAnswer,
      guards: [refuseExceeded(db, perAddress)],
      bodyGuards: [limitAttempts(db, perAddress)],
      status: 200,
      answer: session,
      refusals: [401, 403, 404, 409, 429],
      exchange: async ({ body }, http) => {
        const provider = providerOf(entrance.ways);
        const kept = logInCookie.read(http.req);
        logInCookie.clear(http.req, http.res);
        // Who was refused is not known, or nobody here.
        const event = eventOf({ operationId: 'endProviderLogIn' }, undefined, http.req, http.res);
        const loggedIn = await noted(db, event, async () => {
          const attempt = requireAttempt(sealer, kept, body.state, await databaseNow(db));
          const identity = await provider.finish(attempt, body);
          return admit(db, identity, provider.settings);
        });
        return begin(db, entrance, loggedIn, http);
      },
    }),
  ];
}

function providerOf({ provider }: WaysIn): NonNullable<WaysIn['provider']> {
  if (!provider) throw refusal('no_identity_provider');
  return provider;
}
