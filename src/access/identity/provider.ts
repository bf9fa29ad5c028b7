/** The identity provider: OpenID Connect by the authorisation code flow with PKCE. It is asked for nothing before somebody logs in. */
import { isNativeError } from 'node:util/types';
import * as oidc from 'openid-client';
import { refusal } from '../../platform/errors';
import { isInsecureIssuer, type IdentityProviderSettings } from '../../platform/log-in-settings';
import type { Logger } from '../../platform/logger';
import { valuesOf, type Claims } from './claims';

/** What has to come back with the provider's answer, and what proves that the answer is ours. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** Who has logged in there. */
export interface Identity {
  readonly issuer: string;
  /** Never given to anybody else by this issuer. */
  readonly subject: string;
  readonly claims: Claims;
}

/** What an answer of the provider consists of, as it stands in the address that the browser comes back to. */
export type ProviderAnswer = Readonly<Record<string, string | undefined>>;

/** For each of its answers, in seconds. */
const PATIENCE_SECONDS = 10;
/** What it says of itself is asked for again after this. Its keys are, whenever it signs with another one. Milliseconds. */
const KNOWN_MS = 3_600_000;

/** Where browsers come back to, below the address of the service. */
const RETURN_PATH = '/log-in/callback';

/** A provider that people log in with. */
export class IdentityProvider {
  private known: { readonly at: number; readonly configuration: Promise<oidc.Configuration> } | undefined;
  private readonly redirectUri: string;

  constructor(
    readonly settings: IdentityProviderSettings,
    publicUrl: string,
    private readonly logger: Logger,
  ) {
    this.redirectUri = publicUrl + RETURN_PATH;
  }

  /** What people know it by. */
  get name(): string {
    return new URL(this.settings.issuer).host;
  }

  /**
   * Begins a log-in.
   * @returns where to send the browser.
   * @throws ServiceError where the provider does not answer, or not as one.
   */
  async begin(): Promise<{ readonly url: string; readonly attempt: Attempt }> {
    const configuration = await this.discover();
    const { scope, levels } = this.settings;
    const attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope,
      ...(levels.length > 0 && { acr_values: levels.join(' ') }),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, attempt };
  }

  /**
   * Ends a log-in: exchanges the code, and checks the ID token with its signature.
   * @throws ServiceError where the answer does not prove who somebody is, or the provider is away.
   */
  async finish({ state, nonce, verifier }: Attempt, answer: ProviderAnswer): Promise<Identity> {
    const configuration = await this.discover();
    const back = new URL(this.redirectUri);
    for (const [name, value] of Object.entries(answer))
      if (value !== undefined) back.searchParams.set(name, value);
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, back, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
      });
      const claims = tokens.claims();
      if (!claims) throw refusal('identity_not_proven');
      return {
        issuer: claims.iss,
        subject: claims.sub,
        claims: await this.complete(configuration, tokens.access_token, claims),
      };
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** What of a person is not in the ID token, providers tell when they are asked (OpenID Connect Core 1.0 §5.3). */
  private async complete(
    configuration: oidc.Configuration,
    accessToken: string,
    claims: oidc.IDToken,
  ): Promise<Claims> {
    const isComplete = claims.email !== undefined && valuesOf(claims, this.settings.roleClaim).length > 0;
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await oidc.fetchUserInfo(configuration, accessToken, claims.sub)), ...claims };
  }

  /** What the provider says of itself; asked for once for all who log in. */
  private async discover(): Promise<oidc.Configuration> {
    const now = Date.now();
    if (!this.known || now - this.known.at > KNOWN_MS)
      this.known = { at: now, configuration: this.askForItself() };
    const { known } = this;
    try {
      return await known.configuration;
    } catch (error) {
      if (this.known === known) this.known = undefined;
      this.log(error);
      throw refusal('identity_provider_unavailable');
    }
  }

  private askForItself(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    return oidc.discovery(new URL(issuer), clientId, {}, shownBy(clientSecret), {
      timeout: PATIENCE_SECONDS,
      execute: [
        oidc.enableNonRepudiationChecks,
        ...(isInsecureIssuer(issuer) ? [oidc.allowInsecureRequests] : []),
      ],
    });
  }

  private explain(error: unknown): unknown {
    this.log(error);
    if (error instanceof oidc.AuthorizationResponseError) return refusal('identity_not_proven');
    if (error instanceof oidc.ResponseBodyError)
      return refusal(
        error.error === 'invalid_grant' ? 'identity_not_proven' : 'identity_provider_unavailable',
      );
    if (
      error instanceof oidc.ClientError &&
      error.code !== undefined &&
      !ABOUT_THE_PROVIDER.includes(error.code)
    )
      return refusal('identity_not_proven');
    return refusal('identity_provider_unavailable');
  }

  private log(error: unknown): void {
    this.logger.warn(
      { issuer: this.settings.issuer, reason: codesOf(error) },
      'a log-in with the identity provider failed',
    );
  }
}

/** How the client shows who it is: by its secret in the body, unless the provider takes it in the header only. */
function shownBy(secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None();
  return (server, ...request) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const inBody = !methods || methods.includes('client_secret_post');
    (inBody ? oidc.ClientSecretPost : oidc.ClientSecretBasic)(secret)(server, ...request);
  };
}

/** Of the library's codes, those that say nothing of the person. */
const ABOUT_THE_PROVIDER: readonly string[] = [
  ...['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'],
  ...['OAUTH_PARSE_ERROR', 'OAUTH_MISSING_SERVER_METADATA', 'OAUTH_INVALID_SERVER_METADATA'],
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
];

/** What went wrong, and why. Codes only: messages may repeat what was sent. */
function codesOf(error: unknown): string[] {
  if (!isNativeError(error)) return [];
  const { code, error: answered, cause } = error as { code?: unknown; error?: unknown; cause?: unknown };
  return [code, answered].filter(isCode).concat(codesOf(cause));
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^\w{1,60}$/.test(value);
}
