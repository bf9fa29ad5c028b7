import { isForbiddenLiteral, publicLookup } from '../../../src/delivery/http/target-guard';
import { isPublicAddress } from '../../../src/platform/public-address';
import { createPoster } from '../../../src/delivery/http/post';

const FORBIDDEN_HOSTS = [
  ...['127.0.0.1', '127.8.9.10', '0.0.0.0', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254'],
  ...['100.64.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[fe80::1]', '[fc00::1]', '[fd12::1]'],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[ff02::1]', '[2001:db8::1]'],
  // The ways to write 127.0.0.1 that a URL's parser understands.
  ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.1'],
];

describe('a target that is not public', () => {
  it.each(FORBIDDEN_HOSTS)('is refused as an address: %s', (host) => {
    expect(isForbiddenLiteral(new URL(`http://${host}/`).hostname)).toBe(true);
  });

  it.each(FORBIDDEN_HOSTS)('gets no request: %s', async (host) => {
    const poster = createPoster({ requestTimeoutMs: 1_000, allowPrivateTargets: false });
    const outcome = await poster.post({ url: `http://${host}:9/`, headers: {}, body: '' });
    await poster.close();
    expect(outcome).toMatchObject({ delivered: false, statusCode: null });
    expect(outcome.error).toContain('not a public one');
  });

  it.each(['localhost', 'localhost.'])('is refused as a name that leads to it: %s', async (host) => {
    const poster = createPoster({ requestTimeoutMs: 2_000, allowPrivateTargets: false });
    const outcome = await poster.post({ url: `http://${host}:9/`, headers: {}, body: '' });
    await poster.close();
    expect(outcome.delivered).toBe(false);
    expect(outcome.error).toMatch(/not a public one|host name/);
  });

  it('is never among the answers of the lookup', async () => {
    const found = await new Promise((resolve) =>
      publicLookup('localhost', { all: true }, (error, addresses) => resolve({ error, addresses })),
    );
    expect(found).toMatchObject({ error: { code: 'TARGET_NOT_ALLOWED' }, addresses: [] });
  });
});

describe('a public address', () => {
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111', '::ffff:1.1.1.1'])('is allowed: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['', 'example.org', '999.1.1.1'])('is none of: %j', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});
