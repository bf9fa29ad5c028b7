import ipaddr from 'ipaddr.js';

/** A range of addresses: where it begins, and how many bits all of it have in common. */
export type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast (RFC 5771). */
const SPECIAL_V4 = ranges(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...[
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
  ],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
);
/** The only addresses of IPv6 that are given out for the public internet (RFC 4291 §2.4). */
const UNICAST_V6 = ranges('2000::/3');
/** https://www.iana.org/assignments/iana-ipv6-special-registry: of those, what is no host of the public internet. */
const SPECIAL_V6 = ranges('2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20');

/**
 * Whether an IP address is one of the public internet: not loopback, private, link-local (cloud metadata) or multicast, and no IPv6
 * form that could hide any of those (NAT64, 6to4, Teredo, IPv4-compatible). IPv4-mapped ones are judged as what they are. Text that is
 * not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const judged = ipaddr.process(address);
  if (judged.kind() === 'ipv4') return !isWithin(judged, SPECIAL_V4);
  return isWithin(judged, UNICAST_V6) && !isWithin(judged, SPECIAL_V6);
}

/** Whether an IP address lies in one of the ranges. IPv4-mapped ones are judged as what they are. */
export function isInRanges(address: string, given: readonly Range[]): boolean {
  return ipaddr.isValid(address) && isWithin(ipaddr.process(address), given);
}

/** A range of CIDR form; undefined where the text is none. One of IPv4-mapped addresses is none: its addresses are those of IPv4. */
export function parseRange(text: string): Range | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const range = ipaddr.parseCIDR(text);
  const [first] = range;
  return 'isIPv4MappedAddress' in first && first.isIPv4MappedAddress() ? undefined : range;
}

function ranges(...texts: readonly string[]): Range[] {
  return texts.map((text) => ipaddr.parseCIDR(text));
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, given: readonly Range[]): boolean {
  return given.some(([first, bits]) => first.kind() === address.kind() && address.match(first, bits));
}
