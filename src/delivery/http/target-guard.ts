/** Keeps webhooks from reaching the operator's own network (server-side request forgery, OWASP A10:2021). */
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from '../../platform/public-address';

/** The endpoint's address is loopback, private, link-local or otherwise not public. */
export class TargetNotAllowedError extends Error {
  readonly code = 'TARGET_NOT_ALLOWED';
  constructor() {
    super('the address of the endpoint is not a public one');
    this.name = 'TargetNotAllowedError';
  }
}

/** True when the host of a URL is an address literal (brackets of IPv6 included) that is not public. */
export function isForbiddenLiteral(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) !== 0 && !isPublicAddress(host);
}

/**
 * A DNS lookup for sockets that answers with public addresses only. It applies at connect time, to the very address that is
 * connected to, so that a name which resolves differently the second time (DNS rebinding) gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true } satisfies LookupOptions, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    const open = found.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first) return callback(new TargetNotAllowedError(), []);
    if (options.all) return callback(null, open);
    callback(null, first.address, first.family);
  });
};
