import type { Subscription } from '../../api/types';

/** The service's words for it, the worst first. */
export const HEALTH_STATES = ['failing', 'degraded', 'recovering', 'healthy', 'paused'] as const;

/** The health of an integration in one word: the service's own, but for one that nothing has been sent to. */
export type Health = Subscription['health']['state'] | 'untried';

export function healthOf({ health }: Pick<Subscription, 'health'>): Health {
  return health.cause === 'nothing_sent' ? 'untried' : health.state;
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
