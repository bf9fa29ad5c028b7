import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address is one of the public internet: not loopback, private, link-local (cloud metadata) or multicast,
 * and no IPv6 form that could hide any of those (NAT64, 6to4, Teredo). IPv4-mapped ones are judged as what they are.
 * Text that is not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
