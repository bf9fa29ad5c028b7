/** Settings of what this service connects to on behalf of others. */
import { z } from 'zod';
import type { Reader } from './config-reader';
import { isInRanges, isPublicAddress, parseRange, type Range } from './public-address';

/** Where webhooks may go. */
export interface TargetRules {
  /** Loopback and private addresses and plain http may be targets. */
  readonly allowPrivateTargets: boolean;
  /** Addresses that may be targets though they are not public. */
  readonly allowedTargets?: readonly Range[];
}

/** Settings of outgoing requests. */
export interface Egress {
  /** Undefined: false, but true where `npm start` embeds the stack. */
  readonly allowPrivateTargets: boolean | undefined;
  readonly allowedTargets: readonly Range[];
  /** Proxy for all requests to endpoints, with its credentials, which are secret. */
  readonly egressProxy: URL | undefined;
}

const RANGES_FORM = 'a comma-separated list of CIDR ranges like 10.20.0.0/16 or fd00:12::/48';
const PROXY_FORM = 'a URL like http://proxy.internal:3128, with user:password@ where it asks for them';

const range = z.string().transform((text, context) => {
  const parsed = parseRange(text.trim());
  if (parsed) return parsed;
  context.addIssue('not a range');
  return z.NEVER;
});
const rangeList = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(range));
const proxy = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(({ pathname, search, hash }) => pathname === '/' && search === '' && hash === '');

/** Reads them. */
export function readEgress(read: Reader): Egress {
  const bool = z.enum(['true', 'false']).transform((word) => word === 'true');
  return {
    allowPrivateTargets: read('CPM_ALLOW_PRIVATE_TARGETS', bool, 'true or false'),
    allowedTargets: read('CPM_ALLOWED_TARGETS', rangeList, RANGES_FORM) ?? [],
    egressProxy: read('CPM_EGRESS_PROXY', proxy, PROXY_FORM),
  };
}

/** Whether requests may be made to an IP address. */
export function isAllowedAddress(
  { allowPrivateTargets, allowedTargets = [] }: TargetRules,
  address: string,
): boolean {
  return allowPrivateTargets || isPublicAddress(address) || isInRanges(address, allowedTargets);
}
