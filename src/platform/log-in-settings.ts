/** Settings of how people log in: by passwords, by an identity provider, or both. */
import { z } from 'zod';
import { ConfigError, type Reader } from './config-reader';

/** An OpenID Connect provider, and what its people may do here. */
export interface IdentityProviderSettings {
  /** Its URL, as its tokens name it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
  /** What is asked for, separated by spaces. */
  readonly scope: string;
  /** The claim that holds what `roles` are found by; of one within others the path, with dots. */
  readonly roleClaim: string;
  /** The first whose value the claim holds counts. */
  readonly roles: readonly RoleRule[];
  /** One of these has to be the level or a method by which it has asked who somebody is; none: any will do. */
  readonly levels: readonly string[];
  /** The provider vouches for addresses though it does not say that they are verified. */
  readonly trustsEmails: boolean;
}

/** Whoever has this value may do that. */
export interface RoleRule {
  readonly value: string;
  readonly role: (typeof ROLES)[number];
  /** Null: all. */
  readonly applicationIds: readonly string[] | null;
}

/** How people log in. */
export interface LogInSettings {
  /** Undefined: there is none. */
  readonly identityProvider: IdentityProviderSettings | undefined;
  /** Whether passwords let anybody in. */
  readonly passwordLogin: boolean;
  /** Whoever logs in by a password has to have a second factor, and sets one up before anything else. */
  readonly secondFactorRequired: boolean;
}

const ROLES = ['viewer', 'editor', 'owner'] as const;

const ISSUER_FORM = 'a URL like https://accounts.example.com; http is for loopback only';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const issuer = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !/[?#@]/.test(text))
  .refine((text) => text.startsWith('https:') || isInsecureIssuer(text));

const ROLES_FORM =
  'rules like admins=owner;shop-team=editor:acme-shop,acme-blog: a value of the claim, a role, and applications where it is for some';
/** The value may hold anything but a semicolon, as names in directories do. */
const RULE =
  /^(?<value>.+)=(?<role>viewer|editor|owner)(?::(?<applications>[^\s,;]{1,50}(?:,[^\s,;]{1,50})*))?$/;

const rule = z.string().transform((text, context): RoleRule => {
  const { value, role, applications } = RULE.exec(text.trim())?.groups ?? {};
  if (value !== undefined)
    return {
      value: value.trim(),
      role: ROLES.find((each) => each === role) ?? 'viewer',
      applicationIds: applications?.split(',') ?? null,
    };
  context.addIssue('not a rule');
  return z.NEVER;
});
const rules = z
  .string()
  .transform((text) => text.split(';').filter((part) => part.trim() !== ''))
  .pipe(z.array(rule).min(1));

/** Whether a provider is asked without TLS, which no other host than this one may be. */
export function isInsecureIssuer(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'http:' && LOOPBACK.test(hostname);
}

/**
 * Reads them.
 * @throws ConfigError where nobody could log in, or something is missing of the provider.
 */
export function readLogInSettings(read: Reader): LogInSettings {
  const identityProvider = readIdentityProvider(read);
  const passwordLogin = read('CPM_PASSWORD_LOGIN', z.enum(['on', 'off']), 'on or off') !== 'off';
  if (!passwordLogin && !identityProvider)
    throw new ConfigError('CPM_PASSWORD_LOGIN', 'on, unless CPM_OIDC_ISSUER names an identity provider');
  const secondFactorRequired =
    read('CPM_REQUIRE_SECOND_FACTOR', z.enum(['true', 'false']), 'true or false') === 'true';
  return { identityProvider, passwordLogin, secondFactorRequired };
}

function readIdentityProvider(read: Reader): IdentityProviderSettings | undefined {
  const text = z.string().max(500);
  const given = {
    issuer: read('CPM_OIDC_ISSUER', issuer, ISSUER_FORM),
    clientId: read('CPM_OIDC_CLIENT_ID', text, 'the id of a client of the provider'),
    clientSecret: read('CPM_OIDC_CLIENT_SECRET', text, 'the secret of the client'),
    scope:
      read('CPM_OIDC_SCOPES', text.regex(/(^| )openid( |$)/), 'scopes with openid among them') ??
      'openid email',
    roleClaim: read('CPM_OIDC_ROLE_CLAIM', text, 'the name of a claim') ?? 'roles',
    roles: read('CPM_OIDC_ROLES', rules, ROLES_FORM),
    levels: read('CPM_OIDC_ACR_VALUES', text, 'values of acr or amr, separated by spaces')?.split(/ +/) ?? [],
    trustsEmails: read('CPM_OIDC_TRUST_EMAILS', z.enum(['true', 'false']), 'true or false') === 'true',
  };
  const { issuer: url, clientId, roles } = given;
  if (url === undefined) return undefined;
  if (clientId === undefined) throw new ConfigError('CPM_OIDC_CLIENT_ID', 'set with CPM_OIDC_ISSUER');
  if (roles === undefined) throw new ConfigError('CPM_OIDC_ROLES', `set with CPM_OIDC_ISSUER: ${ROLES_FORM}`);
  return { ...given, issuer: url, clientId, roles };
}
