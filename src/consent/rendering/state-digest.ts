/** Digests of Effective Permissions: whether two states are the same, told without showing either. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EffectivePermissionsBody } from './effective-permissions';

/**
 * The SHA-256 of a body's canonical JSON (RFC 8785), in hexadecimal. The body is without `sentAt`, which the sender adds: a receiver
 * that removes it from what it was sent comes to the same digest.
 */
export function digestOfState(body: EffectivePermissionsBody): string {
  return createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('hex');
}
