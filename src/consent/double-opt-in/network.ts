import ipaddr from 'ipaddr.js';

/**
 * The network of an address, as it is kept in the evidence: an IPv4 address without its last 8 bits, an IPv6 address without
 * its last 80, so that it identifies no household. Null for a text that is not an address.
 */
export function networkOf(address: string | undefined): string | null {
  if (address === undefined || !ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address); // `::ffff:192.0.2.1` is an IPv4 address
  const kept = parsed.kind() === 'ipv4' ? 24 : 48;
  const network =
    parsed.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${kept}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${kept}`);
  return `${network.toString()}/${kept}`;
}
