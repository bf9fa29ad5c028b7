import { csvLine } from '../../../src/platform/csv';

describe('a line of CSV', () => {
  it('separates by commas and ends as RFC 4180 says', () => {
    expect(csvLine(['a', 1, null, true, ''])).toBe('a,1,,true,\r\n');
  });

  it.each([
    ['a comma', 'a,b', '"a,b"'],
    ['a quote', 'say "a"', '"say ""a"""'],
    ['an end of line', 'a\nb', '"a\nb"'],
    ['what separates in other countries', 'a;b', '"a;b"'],
  ])('keeps a text with %s in one cell', (_, text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1+1', '＠a', "=cmd|' /C calc'!A0@b.de"])(
    'lets no spreadsheet run %j, and nothing that is a number is touched',
    (text) => {
      expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
      expect(csvLine([-1])).toBe('-1\r\n');
    },
  );
});
