/** Hosts of URLs that are no hosts of the public internet, in every spelling that a URL's parser understands. */
export const FORBIDDEN_HOSTS: readonly string[] = [
  // IPv4: this host, private, shared, link-local (cloud metadata), protocol assignments, documentation, relays, benchmarks.
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.254',
    '100.64.0.1',
    '100.127.255.254',
    '127.0.0.1',
    '127.8.9.10',
  ],
  ...[
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.254',
    '192.0.0.1',
    '192.0.0.170',
    '192.0.2.1',
    '192.31.196.1',
  ],
  ...[
    '192.52.193.1',
    '192.88.99.1',
    '192.168.1.1',
    '192.175.48.1',
    '198.18.0.1',
    '198.19.255.254',
    '198.51.100.1',
  ],
  ...['203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  // Other ways to write an IPv4 address.
  ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.1', '0xa9fea9fe', '0', '127.0.0.1.'],
  // IPv6: unspecified, loopback, IPv4-mapped, IPv4-compatible, translated, NAT64, discard, dummy.
  ...[
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[::7f00:1]',
  ],
  ...['[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]', '[100::1]', '[100:0:0:1::1]'],
  // Of 2000::/3: protocol assignments, Teredo, benchmarks, AS112, ORCHID, documentation, 6to4.
  ...['[2001::1]', '[2001:0:7f00:1::]', '[2001:2::1]', '[2001:10::1]', '[2001:20::1]', '[2001:db8::1]'],
  ...['[2002:7f00:1::]', '[2620:4f:8000::1]', '[3fff::1]'],
  // Beyond it: what is not given out, unique local, link-local, site-local, multicast.
  ...[
    '[4000::1]',
    '[5f00::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[ffff::1]',
  ],
];
