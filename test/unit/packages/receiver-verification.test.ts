/** What the receiver of packages/receiver takes for a webhook of the service. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type Keys, type ReceiverOptions } from '../../../packages/receiver/src';
import { newSigningKey, readSigningKey } from '../../../src/platform/signing-key';
import { signedWebhook, type Sending } from '../../harness/signed-webhooks';

const secret = newSigningKey('hmac');
const nextSecret = newSigningKey('hmac');
const key = newSigningKey('ed25519');
const nextKey = newSigningKey('ed25519');
const publicOf = (text: string) => {
  const { publicKey, keyId } = readSigningKey(text);
  if (!publicKey) throw new Error('a secret has none');
  return { text: publicKey.text, jwk: { ...publicKey.jwk, kid: keyId }, keyId };
};

const receiverWith = (keys: Keys, more: Partial<ReceiverOptions> = {}) =>
  createReceiver({ keys, on: { 'effective-permission': () => undefined }, ...more });

async function statusOf(keys: Keys, sending: Sending, altered: object = {}): Promise<number> {
  return (await receiverWith(keys).receive({ ...signedWebhook(sending), ...altered })).status;
}

describe.each([
  ['a secret', secret, nextSecret, { secrets: secret }, { secrets: [nextSecret] }],
  [
    'a public key',
    key,
    nextKey,
    { publicKeys: [publicOf(key).text] },
    { publicKeys: [publicOf(nextKey).jwk] },
  ],
] as const)('a receiver that knows %s', (_what, current, next, known, nextKnown) => {
  it('takes what is signed with it, during a rotation too, and nothing else', async () => {
    expect(await statusOf(known, { keys: [current] })).toBe(204);
    expect(await statusOf(known, { keys: [next, current] })).toBe(204);
    expect(await statusOf(nextKnown, { keys: [next, current] })).toBe(204);
    expect(await statusOf(nextKnown, { keys: [current] })).toBe(401);
  });

  it('takes the bytes as they came, and none that were altered', async () => {
    const { headers, body } = signedWebhook({ keys: [current], body: { externalRef: 'Jürgen' } });
    const sent = (bytes: string) => ({ headers, body: Buffer.from(bytes) });
    expect(await statusOf(known, { keys: [current] }, sent(body))).toBe(204);
    expect(await statusOf(known, { keys: [current] }, sent(`${body} `))).toBe(401);
  });

  it('takes none of another time, of another id, or unsigned', async () => {
    const { headers } = signedWebhook({ keys: [current] });
    const at = (ms: number) => ({ keys: [current], sentAt: new Date(Date.now() + ms) });
    expect([await statusOf(known, at(-290_000)), await statusOf(known, at(-310_000))]).toEqual([204, 401]);
    expect(await statusOf(known, at(310_000))).toBe(401);
    for (const altered of [
      { 'webhook-timestamp': 'now' },
      { 'webhook-id': 'id-2' },
      { 'webhook-signature': undefined },
    ])
      expect(await statusOf(known, { keys: [current] }, { headers: { ...headers, ...altered } })).toBe(401);
  });
});

describe('a receiver that asks for the published keys', () => {
  let published: readonly object[] = [];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ keys: published }));
  });
  const known = (...keyIds: string[]): Keys => ({
    jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
    keyIds,
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it('asks once, and takes what is signed with the key of its id, not with that of another subscription', async () => {
    published = [publicOf(nextKey).jwk, publicOf(key).jwk];
    asked = 0;
    const receiver = receiverWith(known(publicOf(key).keyId));
    expect((await receiver.receive(signedWebhook({ keys: [key] }))).status).toBe(204);
    expect((await receiver.receive(signedWebhook({ keys: [nextKey] }))).status).toBe(401);
    expect(asked).toBe(1);
  });

  it('takes no key that was put in the place of another: an id is made of its key', async () => {
    published = [{ ...publicOf(nextKey).jwk, kid: publicOf(key).keyId }];
    asked = 0;
    const receiver = receiverWith(known(publicOf(key).keyId));
    for (let i = 0; i < 3; i++)
      expect((await receiver.receive(signedWebhook({ keys: [nextKey] }))).status).toBe(401);
    expect(asked).toBe(1);
  });

  it('has the webhook sent again where the keys are not to be had', async () => {
    const keys = { jwks: 'http://127.0.0.1:1/jwks.json', keyIds: ['any'] };
    expect((await receiverWith(keys).receive(signedWebhook({ keys: [key] }))).status).toBe(500);
  });
});

describe('a receiver that was given what can be no key', () => {
  it.each<[string, Keys]>([
    ['no secret', { secrets: [] }],
    ['an empty secret', { secrets: 'whsec_' }],
    ['a secret without its mark', { secrets: secret.replace('whsec_', '') }],
    ['a secret as the public key', { publicKeys: [secret] }],
    ['a key of another kind', { publicKeys: [{ kty: 'EC' }] }],
    ['no id', { jwks: 'https://cpm.example/.well-known/jwks.json', keyIds: [] }],
  ])('is not made: %s', (_what, keys) => {
    expect(() => receiverWith(keys)).toThrow(/needed|whsec_|whpk_/);
  });
});
