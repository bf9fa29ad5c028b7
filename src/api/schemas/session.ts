import { z } from 'zod';
import { logsInWith, role } from '../../access/administrators';
import { applicationIds } from '../../access/applications';
import type { IdentityProvider } from '../../access/identity/provider';
import type { LoggedIn } from '../../access/logged-in';
import type { Person } from '../../access/permit';
import { endSession, noteOrigin } from '../../access/sessions';
import type { Database } from '../../platform/database';
import { refusal } from '../../platform/errors';
import type { HttpExchange } from '../route';
import { sessionCookie } from '../session-cookie';

/** How people may log in. */
export interface WaysIn {
  readonly passwords: boolean;
  /** Whoever logs in by a password sets up a second factor before anything else (rule `required-second-factor`). */
  readonly secondFactorRequired: boolean;
  /** Undefined: there is none. */
  readonly provider: Pick<IdentityProvider, 'name' | 'settings' | 'begin' | 'finish'> | undefined;
}

/** What a log-in depends on, and what it opens. */
export interface Entrance {
  readonly ways: WaysIn;
  /** Names of the operations that a person may call. */
  readonly operationsFor: (person: Person) => string[];
}

const waysIn = z
  .object({
    password: z
      .boolean()
      .meta({ description: 'By e-mail address and password: `POST /v1/session`.', examples: [true] }),
    secondFactorRequired: z.boolean().meta({
      description: 'Whoever logs in by a password has to have a second factor.',
      examples: [false],
    }),
    identityProvider: z
      .string()
      .nullable()
      .meta({
        description: 'By this identity provider: `POST /v1/session/oidc`; `null`: there is none.',
        examples: ['accounts.example.com', null],
      }),
  })
  .meta({ id: 'WaysIn', description: 'How people log in here.' });

/** Who is logged in, as shown. */
export const session = z
  .object({
    state: z.enum(['setup', 'anonymous', 'second-factor', 'second-factor-missing', 'authenticated']).meta({
      description:
        '`setup`: there is no administrator yet, see `POST /v1/setup`; `anonymous`: nobody is logged in; ' +
        '`second-factor`: the password was right, see `POST /v1/session/code`; `second-factor-missing`: somebody is logged in, ' +
        'and may do nothing but set up a second factor, see `POST /v1/session/second-factor`; `authenticated`: somebody is logged in.',
      examples: ['authenticated'],
    }),
    email: z
      .string()
      .optional()
      .meta({ description: 'Whose session it is.', examples: ['admin@example.com'] }),
    role: role.optional(),
    applicationIds: applicationIds.optional(),
    operations: z
      .array(z.string())
      .optional()
      .meta({
        description:
          'What they may call, beside what is open to everybody: each `operationId`. A user interface offers nothing else.',
        examples: [['listDeliveries', 'getDelivery']],
      }),
    csrfToken: z
      .string()
      .optional()
      .meta({
        description: 'For the header `X-CSRF-Token`.',
        examples: ['3Q2kXExampleExampleExampleExample'],
      }),
    logsInWith: logsInWith.optional(),
    passwordIsGuessable: z
      .boolean()
      .optional()
      .meta({
        description: 'The password that they logged in with is guessed first; they should change it.',
        examples: [false],
      }),
    logInBy: waysIn,
  })
  .meta({ id: 'Session', description: 'Who is logged in.' });
export type Session = z.output<typeof session>;

/** @throws ServiceError where passwords are switched off. */
export function requirePasswords({ passwords }: WaysIn): void {
  if (!passwords) throw refusal('password_login_off');
}

/** Has the browser keep a session that has just begun, in place of one that it had, which ends. */
export async function begin(
  db: Database,
  entrance: Entrance,
  loggedIn: LoggedIn,
  { req, res }: HttpExchange,
): Promise<Session> {
  const former = sessionCookie.read(req);
  if (former !== undefined) await endSession(db, former);
  await noteOrigin(db, loggedIn, { address: req.ip, userAgent: req.get('User-Agent') });
  sessionCookie.set(req, res, loggedIn.value);
  return showSession(entrance, loggedIn);
}

/** A session as shown. */
export function showSession(
  { ways, operationsFor }: Entrance,
  {
    email,
    role: held,
    applicationIds: ids,
    csrfToken,
    passwordIsGuessable,
    logsInWith: way,
    lacksSecondFactor,
  }: Omit<LoggedIn, 'value'>,
): Session {
  const hasToSetUpSecondFactor = ways.secondFactorRequired && lacksSecondFactor;
  const operations = operationsFor({ role: held, applicationIds: ids, hasToSetUpSecondFactor });
  return {
    state: hasToSetUpSecondFactor ? 'second-factor-missing' : 'authenticated',
    ...{ email, role: held, applicationIds: ids && [...ids], operations, csrfToken },
    ...{ logsInWith: way, passwordIsGuessable, logInBy: showWays(ways) },
  };
}

/** The ways in as shown. */
export function showWays({ passwords, secondFactorRequired, provider }: WaysIn): Session['logInBy'] {
  return { password: passwords, secondFactorRequired, identityProvider: provider?.name ?? null };
}
