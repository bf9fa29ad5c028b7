import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { newSigningKey, readSigningKey } from '../../../../src/platform/signing-key';
import { buildRequest, type RequestParts } from '../../../../src/delivery/http/request';
import { isGenuine, keyIdOf, type SignedRequest, type Verifiers } from '../../../harness/message-signatures';

const PARTS: Omit<RequestParts, 'signingSecrets'> = {
  url: 'https://receiver.example/hook?tenant=a%20b',
  credential: { type: 'api-key', location: 'query', key: 'code', value: 'k 1' },
  staticHeaders: [{ name: 'X-Tenant', value: 'acme' }],
  webhookId: '01900000-0000-7000-8000-000000000001',
  subscriptionId: '01900000-0000-7000-8000-000000000002',
  changeId: '01900000-0000-7000-8000-000000000003',
  updateType: 'consent-receipts',
  sequence: 7,
  attempt: 2,
  body: '{"applicationId":"shop"}',
  sentAt: new Date(),
};
const [SECRET, OTHER_SECRET] = [newSigningKey('hmac'), newSigningKey('hmac')];
const [KEY, OTHER_KEY] = [newSigningKey('ed25519'), newSigningKey('ed25519')];
const build = (signingSecrets: string[], parts: Partial<RequestParts> = {}): SignedRequest =>
  buildRequest({ ...PARTS, signingSecrets, ...parts });

/** What a receiver has of a key. */
function verifiersOf(...keys: string[]): Verifiers {
  const given = keys.map((key) => readSigningKey(key).publicKey?.jwk ?? key);
  return Object.fromEntries(given.map((key) => [keyIdOf(key), key]));
}

describe.each([
  ['hmac', SECRET, OTHER_SECRET],
  ['ed25519', KEY, OTHER_KEY],
])('the signature over a message, by %s', (_, key, other) => {
  it('is one that an independent library verifies, whatever the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        expect(await isGenuine(build([key], { body }), verifiersOf(key))).toBe(true);
        expect(await isGenuine(build([key], { body }), verifiersOf(other))).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['the number', ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'x-cpm-sequence': '8' } })],
    ['the type', ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'x-cpm-update-type': 'x' } })],
    ['the id', ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'webhook-id': 'x' } })],
    ['the time', ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'webhook-timestamp': '1' } })],
    [
      'the other signature',
      ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'webhook-signature': 'v1,x' } }),
    ],
    [
      'a mark of a test that was not there',
      ({ headers, ...rest }) => ({ ...rest, headers: { ...headers, 'x-cpm-test': 'true' } }),
    ],
    ['the URL', (request) => ({ ...request, url: `${request.url}&more` })],
    ['the body', (request) => ({ ...request, body: `${request.body} ` })],
  ])('shows that somebody has altered %s', async (_what, alter) => {
    expect(await isGenuine(alter(build([key])), verifiersOf(key))).toBe(false);
  });

  it('shows that a test is sent again as genuine', async () => {
    const { headers, ...rest } = build([key], { test: true });
    expect(await isGenuine({ headers, ...rest }, verifiersOf(key))).toBe(true);
    const { 'x-cpm-test': _mark, ...unmarked } = headers;
    expect(await isGenuine({ headers: unmarked, ...rest }, verifiersOf(key))).toBe(false);
  });

  it('is given under both keys while one replaces the other', async () => {
    for (const previous of [SECRET, KEY]) {
      const request = build([other, previous]);
      expect(await isGenuine(request, verifiersOf(other))).toBe(true);
      expect(await isGenuine(request, verifiersOf(previous))).toBe(true);
      expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    }
  });

  it('says nothing of the key in its id', () => {
    expect(build([key]).headers['signature-input']).toContain(`keyid="${Object.keys(verifiersOf(key))[0]}"`);
    expect(JSON.stringify(build([key]).headers)).not.toContain(key.split('_')[1]?.slice(0, 12));
  });
});

describe('the signature of Standard Webhooks by a key', () => {
  it('is v1a, over id, time and body', () => {
    const { headers, body } = build([KEY]);
    const { publicKey } = readSigningKey(KEY);
    expect(publicKey?.text).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const [version, signature = ''] = headers['webhook-signature']?.split(',') ?? [];
    expect(version).toBe('v1a');
    const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = createPublicKey({ key: publicKey?.jwk ?? {}, format: 'jwk' });
    expect(verify(null, Buffer.from(content), key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is verified by the key of RFC 8032, test 1', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const key = readSigningKey(`whsk_${seed.toString('base64')}`);
    expect(key.keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'); // RFC 8037, A.3
    expect(key.sign('').toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });
});
