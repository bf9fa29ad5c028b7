import type { Subscription } from '../../api/types';

/** The health of an integration in one word. */
export type Health = 'paused' | 'failing' | 'healthy' | 'untried';

export function healthOf({ status, health }: Subscription): Health {
  if (status === 'paused') return 'paused';
  const success = moment(health.lastSuccessAt);
  const failure = moment(health.lastFailureAt);
  if (failure > success) return 'failing';
  return success > 0 ? 'healthy' : 'untried';
}

function moment(at: string | null): number {
  return at === null ? 0 : Date.parse(at);
}

const WARN_BEFORE_MS = 7 * 86_400_000;

/** Whether the client certificate has ended or soon will; undefined where it holds, or there is none. */
export function certificateExpiry(
  { clientCertificate }: Subscription,
  now: number,
): { readonly at: string; readonly expired: boolean } | undefined {
  const at = clientCertificate?.notAfter;
  if (at === undefined || Date.parse(at) - now > WARN_BEFORE_MS) return undefined;
  return { at, expired: Date.parse(at) <= now };
}

/** Whether the bearer token has ended or soon will; undefined where it holds, or its end is not known. */
export function tokenExpiry(
  { authentication }: Subscription,
  now: number,
): { readonly at: string; readonly expired: boolean } | undefined {
  if (authentication.authType !== 'bearer') return undefined;
  const at = authentication.bearerAuth.expiresAt;
  if (at === null || Date.parse(at) - now > WARN_BEFORE_MS) return undefined;
  return { at, expired: Date.parse(at) <= now };
}
