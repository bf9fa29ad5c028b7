/**
 * The signatures of a webhook: by Standard Webhooks over id, time and body, and by RFC 9421 (HTTP Message Signatures) over what that
 * leaves out: the method, the URL, and all headers that are ours.
 */
import { createHash } from 'node:crypto';
import { readSigningKey } from '../../platform/signing-key';

/** What is signed of a request. */
export interface Unsigned {
  readonly url: string;
  readonly body: string;
  readonly webhookId: string;
  /** Seconds. */
  readonly sentAt: number;
  /** Headers of ours, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Versions of Standard Webhooks' signatures, and algorithms of RFC 9421 §6.2.2. */
const VERSIONS = { hmac: 'v1', ed25519: 'v1a' } as const;
const ALGORITHMS = { hmac: 'hmac-sha256', ed25519: 'ed25519' } as const;
/** Names of the signatures under the newest key, and under the one that it replaces. */
const LABELS = ['cpm', 'cpm-previous'] as const;

/** The headers that sign a POST, under each of the keys, the newest first. */
export function signatureHeaders(
  { url, body, webhookId, sentAt, headers }: Unsigned,
  signingKeys: readonly string[],
): Record<string, string> {
  const keys = signingKeys.map(readSigningKey);
  const digest = createHash('sha256').update(body).digest('base64');
  const content = `${webhookId}.${sentAt}.${body}`;
  const covered: Record<string, string> = {
    'content-digest': `sha-256=:${digest}:`, // RFC 9530 §2
    'webhook-id': webhookId,
    'webhook-timestamp': String(sentAt),
    'webhook-signature': keys
      .map((key) => `${VERSIONS[key.kind]},${key.sign(content).toString('base64')}`)
      .join(' '),
    ...headers,
  };
  const fields = Object.entries(covered);
  const names = ['@method', '@target-uri', ...fields.map(([name]) => name)];
  const list = names.map((name) => `"${name}"`).join(' ');
  // Without a user's own fragment, which is refused, this is what is requested (RFC 9421 §2.2.2).
  const lines = ['"@method": POST', `"@target-uri": ${new URL(url).href}`].concat(
    fields.map(([name, value]) => `"${name}": ${value}`),
  );
  const [inputs, signatures]: [string[], string[]] = [[], []];
  for (const [i, label] of LABELS.entries()) {
    const key = keys[i];
    if (!key) continue;
    const parameters = `(${list});created=${sentAt};keyid="${key.keyId}";alg="${ALGORITHMS[key.kind]}"`;
    const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
    inputs.push(`${label}=${parameters}`);
    signatures.push(`${label}=:${key.sign(base).toString('base64')}:`);
  }
  const { 'content-digest': contentDigest = '', ...own } = covered;
  return {
    ...own,
    'content-digest': contentDigest,
    'signature-input': inputs.join(', '),
    signature: signatures.join(', '),
  };
}
