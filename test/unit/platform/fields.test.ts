import fc from 'fast-check';
import { instant, line, prose } from '../../../src/platform/fields';

describe('a line of text', () => {
  it.each(['a', 'Grüße aus Köln', '日本語', '👩‍👩‍👧', 'a b'])('may be %j', (text) => {
    expect(line(50).safeParse(text).success).toBe(true);
  });

  it.each(['', 'a\nb', 'a\tb', 'a\u0000', '\u007f', '\u0085', 'half \ud83d', '\udc00 half'])(
    'may not be %j',
    (text) => {
      expect(line(50).safeParse(text).success).toBe(false);
    },
  );

  it('has an end, and a beginning where one is required', () => {
    expect(line(3).safeParse('abcd').success).toBe(false);
    expect(line(3, 0).safeParse('').success).toBe(true);
  });

  it('is one that UTF-8 holds as it is, whatever is accepted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(line(1_000).safeParse(text).success);
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
    );
  });
});

describe('text of many lines', () => {
  it('may hold tabs and line ends, and no other control character', () => {
    expect(prose(50).safeParse('a\tb\r\nc\n').success).toBe(true);
    for (const text of ['', 'a\u0000', 'a\u001b[0m', 'half \ud83d']) {
      expect(prose(50).safeParse(text).success).toBe(false);
    }
  });
});

describe('a moment', () => {
  it.each([
    '2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00.123+02:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('may be %s', (text) => expect(instant.safeParse(text).success).toBe(true));

  it.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-30T12:00:00Z',
    '31.01.2026',
    '0000-06-01T00:00:00Z',
    '9999-12-31T23:59:59-02:00',
    '',
  ])('may not be %j', (text) => expect(instant.safeParse(text).success).toBe(false));
});
