import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { createSealer, SealError, type SealPurpose } from '../../../src/platform/encryption';

const PURPOSES = [
  'credential',
  'signing-secret',
  'payload',
  'response',
  'address',
  'email',
  'answer',
] as const;
const [KEY, OTHER_KEY, THIRD_KEY] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const sealer = createSealer([KEY]);

const text = fc.string({ unit: 'grapheme' });
const purpose = fc.constantFrom<SealPurpose>(...PURPOSES);

describe('a sealed text', () => {
  it('is opened to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(text, purpose, (plain, what) => {
        expect(sealer.open(sealer.seal(plain, what), what)).toBe(plain);
      }),
    );
  });

  it('shows nothing of the text, and is another each time', () => {
    const [one, other] = [sealer.seal('secret text', 'payload'), sealer.seal('secret text', 'payload')];
    expect(one).not.toBe(other);
    expect(one).not.toContain('secret');
    expect(one).not.toContain(Buffer.from('secret text').toString('base64url'));
  });

  it('opens for its own purpose only', () => {
    for (const [sealedFor, openedFor] of PURPOSES.flatMap((a) => PURPOSES.map((b) => [a, b] as const))) {
      const open = () => sealer.open(sealer.seal('x', sealedFor), openedFor);
      if (sealedFor === openedFor) expect(open()).toBe('x');
      else expect(open).toThrow(SealError);
    }
  });

  it('does not open when a single bit of it was changed', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 0, max: 7 }), (plain, position, bit) => {
        const [keyId = '', encoded = ''] = sealer.seal(plain, 'payload').split('.');
        const bytes = Buffer.from(encoded, 'base64url');
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(() => sealer.open(`${keyId}.${bytes.toString('base64url')}`, 'payload')).toThrow(SealError);
      }),
    );
  });

  it.each(['', '.', 'nonsense', 'nonsense.AAAA'])('does not open when it is none: %j', (sealed) => {
    expect(() => sealer.open(sealed, 'payload')).toThrow(SealError);
  });

  it('does not open when it was cut short', () => {
    const sealed = sealer.seal('a text', 'payload');
    for (let length = 0; length < sealed.length - 1; length += 1) {
      expect(() => sealer.open(sealed.slice(0, length), 'payload')).toThrow(SealError);
    }
  });

  it('says nothing of the content when it does not open', () => {
    const sealed = sealer.seal('secret text', 'payload');
    const refusals = [
      () => sealer.open(sealed, 'credential'),
      () => createSealer([OTHER_KEY]).open(sealed, 'payload'),
    ].map((open) => {
      try {
        return open();
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(refusals).toEqual([
      'A stored value could not be decrypted: it was altered, or is of another purpose',
      expect.stringMatching(
        /^A stored value could not be decrypted: it was sealed with another key, of the id [0-9a-f]{8}$/,
      ),
    ]);
  });
});

describe('changing the key', () => {
  const before = sealer.seal('from before', 'credential');

  it('leaves what was sealed with an earlier one readable, while that one is still given', () => {
    for (const keys of [
      [OTHER_KEY, KEY],
      [OTHER_KEY, THIRD_KEY, KEY],
    ] as const) {
      expect(createSealer(keys as readonly [Buffer, ...Buffer[]]).open(before, 'credential')).toBe(
        'from before',
      );
    }
    expect(() => createSealer([OTHER_KEY, THIRD_KEY]).open(before, 'credential')).toThrow(SealError);
  });

  it('seals with the first of the keys', () => {
    const sealed = createSealer([OTHER_KEY, KEY]).seal('new', 'credential');
    expect(createSealer([OTHER_KEY]).open(sealed, 'credential')).toBe('new');
    expect(() => sealer.open(sealed, 'credential')).toThrow(SealError);
  });
});
