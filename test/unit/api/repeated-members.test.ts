import fc from 'fast-check';
import { repeatsMember } from '../../../src/api/repeated-members';

const repeats = (json: string): boolean => repeatsMember(Buffer.from(json));

describe('an object that names a member twice', () => {
  it.each([
    '{"state":"DENIED","state":"GRANTED"}',
    '{"state":"DENIED", "x":{"y":[1,{"z":2}]} , "state" : "GRANTED"}',
    '{"a":[{"b":1},{"b":1,"c":{},"b":2}]}',
    String.raw`{"state":"DENIED","st\u0061te":"GRANTED"}`,
    String.raw`{"\u00e4":1,"ä":2}`,
    String.raw`{"a\"b":1,"a\u0022b":2}`,
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('is found: %s', (json) => {
    expect(JSON.parse(json)).toBeDefined();
    expect(repeats(json)).toBe(true);
  });

  it.each([
    '{}',
    '[]',
    '"a:a"',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '{"a":"b","b":"a","c":["a","a"]}',
    String.raw`{"a":"\",\"a\":1","b":"{\"a\":1,\"a\":2}"}`,
    String.raw`{"a\\":1,"a":2}`,
    '{"constructor":1,"toString":2}',
  ])('is not seen where there is none: %s', (json) => {
    expect(JSON.parse(json)).toBeDefined();
    expect(repeats(json)).toBe(false);
  });

  it('is not seen in anything that is written by JSON.stringify', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(8), (json, indent) => {
        expect(repeats(JSON.stringify(JSON.parse(json), null, indent))).toBe(false);
      }),
    );
  });

  it('is looked for in anything that is no JSON without harm', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]":,\\ab1 ')), (characters) => {
        repeats(characters.join(''));
      }),
    );
  });
});
