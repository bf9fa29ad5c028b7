/** Tests of an endpoint: one example webhook is sent at once, in the way of a delivery, and nothing of it is kept. */
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newId } from '../platform/ids';
import { readReasons, type Reason } from '../platform/reasons';
import { newSigningKey } from '../platform/signing-key';
import { MASK, maskUrl } from '../subscriptions/masked-url';
import type { TestRequest } from '../subscriptions/test-request';
import { grantOf, openCredentials, openSigningSecrets } from './attempt/credential';
import { GivenBackError, type WebhookPoster } from './http/post';
import type { Failure } from './http/errors';
import { redactAnswer, redactRequestHeaders } from './http/redact';
import {
  buildRequest,
  secretsOf,
  type Credential,
  type Credentials,
  type RequestParts,
} from './http/request';
import { samplePayload } from './samples';
import type { AccessTokens } from './tokens/access-tokens';
import { NoTokenError } from './tokens/token-endpoint';

/** What was sent, and how the endpoint answered. Credentials are redacted, also where the endpoint echoed them. */
export interface EndpointTest {
  readonly delivered: boolean;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly errorCodes: readonly Reason[] | null;
  readonly failure: Failure | null;
  readonly durationMs: number;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
  readonly request: ShownRequest;
}

/** A request without its secrets. */
export interface ShownRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The most tests in flight at once from this process: slow endpoints must not hold all its connections. */
const MOST_IN_FLIGHT = 10;
/** Longest wait for an access token. Milliseconds. */
const MOST_FOR_TOKEN_MS = 15_000;

/** Sends test webhooks. There is one tester in each process. */
export class EndpointTester {
  private inFlight = 0;

  constructor(
    private readonly poster: WebhookPoster,
    private readonly sealer: Sealer,
    private readonly tokens: Pick<AccessTokens, 'take' | 'takeUnsaved'>,
  ) {}

  /** @throws ServiceError `too_many_tests` while too many tests are in flight. */
  async test(testRequest: TestRequest): Promise<EndpointTest> {
    if (this.inFlight >= MOST_IN_FLIGHT) throw refusal('too_many_tests');
    this.inFlight += 1;
    try {
      return await this.send(testRequest);
    } finally {
      this.inFlight -= 1;
    }
  }

  private async send(testRequest: TestRequest): Promise<EndpointTest> {
    const parts = partsOf(testRequest, openSigningSecrets(this.sealer, testRequest));
    const sendWith = async (token: string | undefined): Promise<EndpointTest> => {
      const credentials = openCredentials(this.sealer, testRequest, token);
      const request = buildRequest({ ...parts, ...credentials });
      const outcome = await this.poster.post(request);
      const { responseHeaders, responseBody } = outcome;
      const kept = redactAnswer(
        { headers: responseHeaders, body: responseBody },
        secretsOf(credentials, request.url),
      );
      return {
        ...{ delivered: outcome.delivered, statusCode: outcome.statusCode, error: outcome.error },
        ...{ errorCodes: readReasons(outcome.error), failure: outcome.failure },
        durationMs: outcome.durationMs,
        ...{ responseHeaders: kept.headers, responseBody: kept.body },
        request: shown(parts, credentials),
      };
    };
    const startedAt = performance.now();
    try {
      const token = await this.tokenFor(testRequest);
      const first = await sendWith(token);
      // As a delivery: once more with another token, where this one is refused.
      const next =
        first.statusCode === 401 && token !== undefined && (await this.tokenFor(testRequest, token));
      return next && next !== token ? await sendWith(next) : first;
    } catch (error) {
      if (!(error instanceof NoTokenError) && !(error instanceof GivenBackError)) throw error;
      return {
        ...{ delivered: false, statusCode: null, error: error.message },
        errorCodes: readReasons(error.message),
        failure: error instanceof NoTokenError ? 'no_access_token' : 'own_trouble',
        durationMs: Math.round(performance.now() - startedAt),
        ...{ responseHeaders: null, responseBody: null },
        request: shown(parts, openWithoutToken(this.sealer, testRequest)),
      };
    }
  }

  /**
   * The access token of a test; undefined where none is sent.
   * @throws NoTokenError
   */
  private async tokenFor(testRequest: TestRequest, refused?: string): Promise<string | undefined> {
    const grant = grantOf(this.sealer, testRequest);
    if (!grant) return undefined;
    const { subscriptionId, authenticationSaved } = testRequest;
    if (!authenticationSaved) return refused ?? (await this.tokens.takeUnsaved(grant));
    const options = { waitMs: MOST_FOR_TOKEN_MS, ...(refused === undefined ? {} : { refused }) };
    const taken = await this.tokens.take(subscriptionId, grant, options);
    if (taken.token === undefined) throw new NoTokenError(taken.reason);
    return taken.token;
  }
}

/**
 * The example that a test would send. It is signed with a key that nobody has: who may only look must not be able to make webhooks
 * that a receiver takes for genuine.
 */
export function sampleRequest(sealer: Sealer, testRequest: TestRequest): ShownRequest {
  const parts = partsOf(testRequest, [newSigningKey(testRequest.signing)]);
  return shown(parts, openWithoutToken(sealer, testRequest));
}

function partsOf(
  testRequest: TestRequest,
  signingSecrets: readonly string[],
): Omit<RequestParts, keyof Credentials> {
  const { url, subscriptionId, updateType } = testRequest;
  const sentAt = new Date();
  return {
    ...{ url, signingSecrets, subscriptionId, updateType, sentAt, sequence: 1, attempt: 1, test: true },
    ...{ webhookId: newId(), changeId: newId() },
    body: JSON.stringify(samplePayload(testRequest, sentAt)),
  };
}

/** Where an access token would have to be asked for, an empty one. */
function openWithoutToken(sealer: Sealer, testRequest: TestRequest): Credentials {
  return openCredentials(sealer, testRequest, grantOf(sealer, testRequest) && '');
}

/** A key that is shorter than a secret may be would not be taken for one. */
function shown(parts: Omit<RequestParts, keyof Credentials>, credentials: Credentials): ShownRequest {
  const { credential } = credentials;
  const masked: Credential = credential.type === 'api-key' ? { ...credential, value: MASK } : credential;
  const request = buildRequest({ ...parts, ...credentials, credential: masked });
  return { url: maskUrl(request.url), headers: redactRequestHeaders(request), body: request.body };
}
