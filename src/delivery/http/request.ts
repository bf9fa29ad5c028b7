/** Builds the request to a receiver: the documented body, and all transport data in headers (rule `body-as-documented`). */
import { version } from '../../../package.json';
import type { ClientCertificate } from '../../subscriptions/client-certificate';
import { secretsOfUrl } from '../../subscriptions/masked-url';
import type { StaticHeader } from '../../subscriptions/static-headers';
import type { WebhookRequest } from './post';
import { signatureHeaders } from './signatures';

/** Who sends. */
export const userAgent = `cpm-webhooks/${version}`;

/** The subscription's credential, opened. */
export type Credential =
  | { readonly type: 'none' }
  | {
      readonly type: 'api-key';
      readonly location: 'header' | 'query';
      readonly key: string;
      readonly value: string;
    }
  /** Given to the subscription, or by its OAuth 2.0 server. */
  | { readonly type: 'bearer'; readonly token: string };

/** What the subscription's requests carry of its own, opened. */
export interface Credentials {
  readonly credential: Credential;
  readonly staticHeaders: readonly StaticHeader[];
  /** What is shown to an endpoint that asks for it. */
  readonly clientCertificate?: ClientCertificate | undefined;
}

/** The parts of one request. */
export interface RequestParts extends Credentials {
  readonly url: string;
  /** Keys that sign, secrets or private keys; two during the overlap of a rotation, the newest first. */
  readonly signingSecrets: readonly string[];
  /** Names the content, for receivers drop an id they know (rule `id-names-content`). */
  readonly webhookId: string;
  readonly subscriptionId: string;
  readonly changeId: string;
  readonly updateType: string;
  readonly sequence: number;
  /** Counted over the delivery's whole life. */
  readonly attempt: number;
  readonly body: string;
  readonly sentAt: Date;
  /** Marks a test of the endpoint. */
  readonly test?: boolean;
}

/** A request, and which of its headers hold what its subscription keeps secret. */
export interface BuiltRequest extends WebhookRequest {
  readonly secretHeaders: readonly string[];
}

/** Builds the request, signed by Standard Webhooks and by RFC 9421. */
export function buildRequest(parts: RequestParts): BuiltRequest {
  const carried = {
    ...Object.fromEntries(parts.staticHeaders.map(({ name, value }) => [name, value])),
    ...authenticationHeader(parts.credential),
  };
  const url = withQueryKey(parts.url, parts.credential);
  const signed = signatureHeaders(
    {
      ...{ url, body: parts.body, webhookId: parts.webhookId },
      sentAt: Math.floor(parts.sentAt.getTime() / 1_000),
      headers: {
        'x-cpm-update-type': parts.updateType,
        'x-cpm-subscription-id': parts.subscriptionId,
        'x-cpm-change-id': parts.changeId,
        'x-cpm-sequence': String(parts.sequence),
        'x-cpm-attempt': String(parts.attempt),
        ...(parts.test ? { 'x-cpm-test': 'true' } : {}),
      },
    },
    parts.signingSecrets,
  );
  return {
    url,
    body: parts.body,
    clientCertificate: parts.clientCertificate,
    headers: {
      'content-type': 'application/json',
      // Without one, some frameworks answer 406 (RFC 9110 §12.5.1).
      accept: '*/*',
      'user-agent': userAgent,
      ...signed,
      ...carried,
    },
    secretHeaders: Object.keys(carried),
  };
}

/** Shorter values of headers (`prod`, `eu-1`) are no secrets, and stand in many an answer for other reasons. */
const LEAST_SECRET = 8;

/**
 * The secrets that must never be stored from an answer that echoes the request, those of its URL among them. A key or a header may
 * be a whole authorization, such as `Basic …`: then what it consists of is secret too.
 */
export function secretsOf({ credential, staticHeaders }: Credentials, url: string): string[] {
  const ofHeaders = staticHeaders
    .filter(({ value }) => value.length >= LEAST_SECRET)
    .flatMap(({ value }) => [value, ...partsOf(value)]);
  return [...secretsOfCredential(credential), ...ofHeaders, ...secretsOfUrl(url)];
}

function secretsOfCredential(credential: Credential): string[] {
  switch (credential.type) {
    case 'none':
      return [];
    case 'api-key':
      return [credential.value, ...partsOf(credential.value)];
    case 'bearer':
      return [credential.token];
  }
}

/** RFC 9110 §11.4, RFC 7617 §2 */
function partsOf(value: string): string[] {
  const [, scheme = '', token] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
  if (token === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const pair = Buffer.from(token, 'base64').toString();
  return [token, pair, pair.slice(pair.indexOf(':') + 1)];
}

function authenticationHeader(credential: Credential): Record<string, string> {
  if (credential.type === 'bearer') return { authorization: `Bearer ${credential.token}` }; // RFC 6750 §2.1
  if (credential.type === 'api-key' && credential.location === 'header')
    return { [credential.key]: credential.value };
  return {};
}

/** Adds an API key to the query string; other parameters stay as they are, one of the same name is replaced. */
function withQueryKey(url: string, credential: Credential): string {
  if (credential.type !== 'api-key' || credential.location !== 'query') return url;
  const name = encodeURIComponent(credential.key);
  const [base = '', query = ''] = url.split(/\?(.*)/s);
  const others = query
    .split('&')
    .filter((pair) => pair !== '' && decode(pair.split('=')[0] ?? '') !== credential.key);
  return `${base}?${[...others, `${name}=${encodeURIComponent(credential.value)}`].join('&')}`;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
