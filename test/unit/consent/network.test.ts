import { networkOf } from '../../../src/consent/double-opt-in/network';

describe('the network kept of an address', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:abcd:12::1', '2001:db8:abcd::/48'],
    ['no address', null],
    [undefined, null],
  ])('%s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});
