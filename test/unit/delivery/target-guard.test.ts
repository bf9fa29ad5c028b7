import { createPoster } from '../../../src/delivery/http/post';
import { createGuardedLookup, refuseTarget } from '../../../src/delivery/http/target-guard';
import { readConfig } from '../../../src/platform/config';
import { isPublicAddress } from '../../../src/platform/public-address';
import { FORBIDDEN_HOSTS } from '../../harness/forbidden-hosts';

const GUARDED = { allowPrivateTargets: false };

describe('a target that is not public', () => {
  it('is any of these, and no spelling of one is missing', () => {
    expect(new Set(FORBIDDEN_HOSTS).size).toBeGreaterThanOrEqual(64);
  });

  it.each(FORBIDDEN_HOSTS)('is refused as an address: %s', (host) => {
    expect(refuseTarget(GUARDED, new URL(`https://${host}/`))).toMatchObject({ code: 'TARGET_NOT_ALLOWED' });
  });

  it.each(FORBIDDEN_HOSTS)('gets no request: %s', async (host) => {
    const poster = createPoster({ requestTimeoutMs: 1_000, ...GUARDED });
    const outcome = await poster.post({ url: `https://${host}:9/`, headers: {}, body: '' });
    await poster.close();
    expect(outcome).toMatchObject({ delivered: false, statusCode: null });
    expect(outcome.error).toContain('not a public one');
  });

  it.each(['localhost', 'localhost.'])('is refused as a name that leads to it: %s', async (host) => {
    const poster = createPoster({ requestTimeoutMs: 2_000, ...GUARDED });
    const outcome = await poster.post({ url: `https://${host}:9/`, headers: {}, body: '' });
    await poster.close();
    expect(outcome.delivered).toBe(false);
    expect(outcome.error).toMatch(/not a public one|host name/);
  });

  it('is never among the answers of the lookup', async () => {
    const found = await new Promise((resolve) =>
      createGuardedLookup(GUARDED)('localhost', { all: true }, (error, addresses) =>
        resolve({ error, addresses }),
      ),
    );
    expect(found).toMatchObject({ error: { code: 'TARGET_NOT_ALLOWED' }, addresses: [] });
  });
});

describe('a URL that is not https', () => {
  it('gets no request, even where it was saved while that was allowed', async () => {
    const poster = createPoster({ requestTimeoutMs: 1_000, ...GUARDED });
    const outcome = await poster.post({ url: 'http://93.184.216.34:9/', headers: {}, body: '' });
    await poster.close();
    expect(outcome).toMatchObject({ delivered: false, error: expect.stringContaining('is not https') });
  });
});

describe('a public address', () => {
  it.each([
    ...['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '192.0.1.1', '223.255.255.254'],
    ...['2606:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001:80e::200e', '::ffff:1.1.1.1'],
  ])('is allowed: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(['', 'example.org', '999.1.1.1'])('is none of: %j', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('a private address that CPM_ALLOWED_TARGETS names', () => {
  const { allowedTargets } = readConfig({ CPM_ALLOWED_TARGETS: '10.20.0.0/16, fd12::/32,192.168.7.9/32' });
  const rules = { ...GUARDED, allowedTargets };

  it.each(['10.20.3.4', '[fd12::1]', '[fd12:0:ffff::]', '192.168.7.9', '[::ffff:10.20.3.4]'])(
    'is allowed: %s',
    (host) => expect(refuseTarget(rules, new URL(`https://${host}/`))).toBeUndefined(),
  );

  it.each(['10.21.0.1', '[fd13::1]', '192.168.7.10', '127.0.0.1', '[::10.20.3.4]', '[64:ff9b::a14:304]'])(
    'is not its neighbour: %s',
    (host) => expect(refuseTarget(rules, new URL(`https://${host}/`))).toBeDefined(),
  );

  it('is https all the same', () => {
    expect(refuseTarget(rules, new URL('http://10.20.3.4/'))).toMatchObject({ code: 'HTTPS_REQUIRED' });
  });

  it.each(['10.20.0.0', '10.20.0.0/33', 'internal', '::ffff:10.0.0.0/104', '10.0.0.0/8,'])(
    'is not of the form %j',
    (CPM_ALLOWED_TARGETS) => expect(() => readConfig({ CPM_ALLOWED_TARGETS })).toThrow(/CPM_ALLOWED_TARGETS/),
  );
});
