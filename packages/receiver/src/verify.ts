/** Standard Webhooks: whether a webhook is by the service, and of now. */
import { fromBase64, utf8 } from './encoding.ts';
import type { KeySource } from './keys.ts';
import { headerOf, type ReceivedRequest } from './request.ts';

/** Why a request is not a webhook of the service. */
export type Refusal =
  /** A header of Standard Webhooks is missing, or there twice. */
  | 'no-signature'
  /** Older than the tolerance, or of the future. */
  | 'wrong-time'
  /** No signature fits a key. */
  | 'wrong-signature';

/** Not signed with a key that the receiver was given. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';

  constructor(readonly reason: Refusal) {
    super(`the webhook is refused: ${reason}`);
  }
}

/** More than the two of a rotation are no webhook of ours, and each costs a verification. */
const MOST_SIGNATURES = 4;

/**
 * Verifies id, time and body of a request. Its other headers are not covered by this signature.
 * @param toleranceMs how far its time may be from now
 * @throws VerificationError
 */
export async function verify(request: ReceivedRequest, keys: KeySource, toleranceMs: number): Promise<void> {
  const { headers, body } = request;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature')?.split(' ').slice(0, MOST_SIGNATURES);
  if (!id || !timestamp || !signatures) throw new VerificationError('no-signature');
  // A timestamp that is no number is far from every time.
  if (!(Math.abs(Date.now() - Number(timestamp) * 1_000) <= toleranceMs))
    throw new VerificationError('wrong-time');
  const content = joined(utf8(`${id}.${timestamp}.`), typeof body === 'string' ? utf8(body) : body);
  for (const verifier of await keys()) {
    for (const signature of signatures) {
      const [version, text = ''] = signature.split(',');
      const bytes = version === verifier.version ? fromBase64(text) : undefined;
      if (bytes && (await verifier.verify(bytes, content))) return;
    }
  }
  throw new VerificationError('wrong-signature');
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
