import fc from 'fast-check';
import { checkInput } from '../../../src/platform/field-problems';
import { characters, exactMoment, line, prose } from '../../../src/platform/fields';
import { formatInstant } from '../../../src/platform/instant';

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

  it.each([
    ' ',
    '\u00a0\u2003\u3000',
    '\u200b',
    '\u2060\ufeff',
    '\u00ad',
    '\u202e',
    '\u3164',
    '\u2800',
    '\ufe0f',
  ])('holds something to see, unlike %j', (text) => {
    const checked = checkInput(line(50), text);
    expect(checked.ok || checked.problems[0]?.code).toBe('blank');
    expect(prose(50).safeParse(`\n${text}`).success).toBe(false);
    expect(line(50).safeParse(`${text}a`).success).toBe(true);
    expect(characters(50).safeParse(text).success).toBe(true);
  });

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
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', 0],
    ['2026-01-31T12:00:00.123+02:00', '2026-01-31T10:00:00.123Z', 0],
    ['2026-11-25T01:00Z', '2026-11-25T01:00:00.000Z', 0], // Java's toString() where the seconds are none
    ['2026-11-25T01:00+01:00', '2026-11-25T00:00:00.000Z', 0],
    ['2026-11-25T01:00:00+0100', '2026-11-25T00:00:00.000Z', 0], // PHP's DATE_ISO8601, .NET's K without a colon
    ['2026-11-25T01:00:00+01', '2026-11-25T00:00:00.000Z', 0], // PostgreSQL
    ['2026-11-25t01:00:00z', '2026-11-25T01:00:00.000Z', 0],
    ['2026-11-25 01:00:00.5-00:30', '2026-11-25T01:30:00.500Z', 0], // Python's str()
    ['2026-11-25T01:00:00,5Z', '2026-11-25T01:00:00.500Z', 0],
    ['20261125T010000Z', '2026-11-25T01:00:00.000Z', 0],
    ['20261125T0100+0100', '2026-11-25T00:00:00.000Z', 0],
    ['2026-11-25T01:00:00.123456Z', '2026-11-25T01:00:00.123Z', 456],
    ['2026-11-25T01:00:00.000001Z', '2026-11-25T01:00:00.000Z', 1],
    ['2026-11-25T23:59:59.999999-23:59', '2026-11-26T23:58:59.999Z', 999],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', 0],
    ['2024-02-29T24:00:00Z', '2024-03-01T00:00:00.000Z', 0], // the end of a day
    ['2026-12-31T24:00:00.000+14:00', '2026-12-31T10:00:00.000Z', 0],
    ['20261231T2400Z', '2027-01-01T00:00:00.000Z', 0],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z', 0], // a leap second
    ['1990-12-31T15:59:60.25-08:00', '1991-01-01T00:00:00.250Z', 0],
    ['2026-01-31T12:00:00+15:00', '2026-01-30T21:00:00.000Z', 0],
    ['2026-01-31T12:00:00-12:00', '2026-02-01T00:00:00.000Z', 0],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', 0],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z', 0],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z', 0],
  ])('may be %s', (text, at, micros) => {
    expect(exactMoment.parse(text)).toEqual({ at: new Date(at), micros });
  });

  it.each([
    ['', 'invalid_time'],
    ['2026-01-31', 'invalid_time'],
    ['2026-01-31T12:00:00', 'invalid_time'],
    ['2026-02-30T12:00:00Z', 'invalid_time'],
    ['2025-02-29T12:00:00Z', 'invalid_time'],
    ['2026-13-01T12:00:00Z', 'invalid_time'],
    ['2026-00-01T12:00:00Z', 'invalid_time'],
    ['2026-01-31T24:00:01Z', 'invalid_time'],
    ['2026-01-31T24:01Z', 'invalid_time'],
    ['2026-01-31T24:00:00.000001Z', 'invalid_time'],
    ['2026-01-31T25:00:00Z', 'invalid_time'],
    ['2026-01-31T12:60:00Z', 'invalid_time'],
    ['2026-01-31T12:00:60Z', 'invalid_time'],
    ['2026-01-30T23:59:60Z', 'invalid_time'],
    ['2026-01-31T23:59:60+01:00', 'invalid_time'],
    ['2026-01-31T23:59:61Z', 'invalid_time'],
    ['2026-W05-6T12:00:00Z', 'invalid_time'],
    ['2026-031T12:00:00Z', 'invalid_time'],
    ['+12026-01-31T12:00:00Z', 'invalid_time'],
    ['-0001-01-31T12:00:00Z', 'invalid_time'],
    ['2026-01-31T12:00:00\u221201:00', 'invalid_time'],
    ['9999-12-31T24:00:00Z', 'time_out_of_range'],
    ['2026-01-31T12:00:00.Z', 'invalid_time'],
    ['2026-01-31T12:00:00+24:00', 'invalid_time'],
    ['2026-01-31T12:00:00+01:60', 'invalid_time'],
    ['2026-0131T12:00:00Z', 'invalid_time'],
    ['20260131T12:00:00Z', 'invalid_time'],
    ['2026-01-31T12:00:00 01:00', 'time_without_plus'],
    ['2026-01-31T12:00 0100', 'time_without_plus'],
    ['2026-01-31 12:00', 'invalid_time'],
    [' 2026-01-31T12:00:00Z', 'invalid_time'],
    ['31.01.2026', 'invalid_time'],
    ['1769860800', 'invalid_time'],
    ['2026-01-31T12:00:00.1234567Z', 'time_too_precise'],
    ['2026-01-31T12:00:00.0000000Z', 'time_too_precise'],
    ['0000-06-01T00:00:00Z', 'time_out_of_range'],
    ['9999-12-31T23:59:59-02:00', 'time_out_of_range'],
  ])('may not be %j: %s', (text, code) => {
    expect(checkInput(exactMoment, text)).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it('is shown with microseconds where it has any', () => {
    const shown = (text: string): string => {
      const { at, micros } = exactMoment.parse(text);
      return formatInstant(at, micros);
    };
    expect(shown('2026-11-25T01:00+01:00')).toBe('2026-11-25T00:00:00.000Z');
    expect(shown('2026-11-25T01:00:00.1230Z')).toBe('2026-11-25T01:00:00.123Z');
    expect(shown('2026-11-25T01:00:00.100007Z')).toBe('2026-11-25T01:00:00.100007Z');
  });
});
