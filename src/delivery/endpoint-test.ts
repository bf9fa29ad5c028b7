/** Tests of an endpoint: one example webhook is sent at once, in the way of a delivery, and nothing of it is kept. */
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newId } from '../platform/ids';
import type { TestRequest } from '../subscriptions/test-request';
import { openCredentials, openSigningSecrets } from './attempt/credential';
import type { WebhookPoster } from './http/post';
import { redactAnswer, redactRequestHeaders } from './http/redact';
import { buildRequest, secretsOf, type Credential } from './http/request';
import { samplePayload } from './samples';

/** What was sent, and how the endpoint answered. Credentials are redacted, also where the endpoint echoed them. */
export interface EndpointTest {
  readonly delivered: boolean;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
  readonly request: {
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
}

/** The most tests in flight at once from this process: slow endpoints must not hold all its connections. */
const MOST_IN_FLIGHT = 10;

/** Sends test webhooks. There is one tester in each process. */
export class EndpointTester {
  private inFlight = 0;

  constructor(
    private readonly poster: WebhookPoster,
    private readonly sealer: Sealer,
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
    const credentials = openCredentials(this.sealer, testRequest);
    const sentAt = new Date();
    const parts = {
      url: testRequest.url,
      ...credentials,
      signingSecrets: openSigningSecrets(this.sealer, testRequest),
      webhookId: newId(),
      subscriptionId: testRequest.subscriptionId,
      changeId: newId(),
      updateType: testRequest.updateType,
      sequence: 1,
      attempt: 1,
      body: JSON.stringify(samplePayload(testRequest.updateType, sentAt, testRequest.applicationId)),
      sentAt,
      test: true,
    };
    const request = buildRequest(parts);
    const outcome = await this.poster.post(request);
    const kept = redactAnswer(outcome, secretsOf(credentials));
    return {
      delivered: outcome.delivered,
      statusCode: outcome.statusCode,
      error: outcome.error,
      durationMs: outcome.durationMs,
      responseHeaders: kept.headers,
      responseBody: kept.body,
      request: {
        url: buildRequest({ ...parts, credential: masked(credentials.credential) }).url,
        headers: redactRequestHeaders(request),
        body: request.body,
      },
    };
  }
}

function masked(credential: Credential): Credential {
  return credential.type === 'api-key' ? { ...credential, value: '***' } : credential;
}
