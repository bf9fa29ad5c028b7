/** Keeps webhooks from reaching the operator's own network (server-side request forgery, OWASP A10:2021; rule `guarded-targets`). */
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedAddress, type TargetRules } from '../../platform/egress';

/** The endpoint's address is loopback, private, link-local or otherwise not public. */
export class TargetNotAllowedError extends Error {
  readonly code = 'TARGET_NOT_ALLOWED';
  constructor() {
    super('the address of the endpoint is not a public one');
    this.name = 'TargetNotAllowedError';
  }
}

/** The URL is not https. */
export class HttpsRequiredError extends Error {
  readonly code = 'HTTPS_REQUIRED';
  constructor() {
    super('the URL of the endpoint is not https');
    this.name = 'HttpsRequiredError';
  }
}

/** Why no request is made to a URL, whatever its host resolves to; undefined where one may be. */
export function refuseTarget(rules: TargetRules, { protocol, hostname }: URL): Error | undefined {
  if (rules.allowPrivateTargets) return undefined;
  if (protocol !== 'https:') return new HttpsRequiredError();
  const host = withoutBrackets(hostname);
  return isIP(host) !== 0 && !isAllowedAddress(rules, host) ? new TargetNotAllowedError() : undefined;
}

/** The host of a URL as sockets take it: an IPv6 address without its brackets. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * A DNS lookup for sockets that answers with allowed addresses only. It applies at connect time, to the very address that is
 * connected to, so that a name which resolves differently the second time (DNS rebinding) gains nothing.
 */
export function createGuardedLookup(rules: TargetRules): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true } satisfies LookupOptions, (error, found: LookupAddress[]) => {
      if (error) return callback(error, []);
      const open = found.filter(({ address }) => isAllowedAddress(rules, address));
      const [first] = open;
      if (!first) return callback(new TargetNotAllowedError(), []);
      if (options.all) return callback(null, open);
      callback(null, first.address, first.family);
    });
  };
}
