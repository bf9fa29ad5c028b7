/** Why something did not go as it should is told by codes, and in every language of the admin UI. */
import { REASON_CODES, type ReasonCode } from '../../../src/errors/reason-codes';
import { fillIn } from '../../../src/errors/message';
import { describeRequestError } from '../../../src/delivery/http/errors';
import { joinReasons, readReasons, reasonText } from '../../../src/platform/reasons';
import { reasons as german } from '../../../web/src/i18n/de/reasons';
import { setReasons, translateReasons } from '../../../web/src/i18n/reasons';

const codes = Object.keys(REASON_CODES) as ReasonCode[];
const PARAMS = { status: 503, ms: 15_000, code: 'invalid_client', id: 'k3y' };
const paramsOf = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const textOf = (code: ReasonCode): string => fillIn(REASON_CODES[code], PARAMS);

afterEach(() => setReasons({}));

describe('the codes of reasons', () => {
  it.each(codes)('are read back from their texts: %s', (code) => {
    const params = Object.fromEntries(
      Object.entries(PARAMS).filter(([name]) => paramsOf(REASON_CODES[code]).includes(name)),
    );
    expect(readReasons(textOf(code))).toEqual([{ code, params }]);
  });

  it('are read back from texts that follow each other, in any order of two', () => {
    const wrong = codes.flatMap((first) =>
      codes.filter((second) => {
        const read = readReasons(joinReasons(textOf(first), textOf(second)));
        return JSON.stringify(read?.map(({ code }) => code)) !== JSON.stringify([first, second]);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are none for what is no such text, or is nothing', () => {
    expect([readReasons(null), readReasons(''), readReasons('something else')]).toEqual([null, null, null]);
    expect(readReasons(`${reasonText('connection_refused')}; something else`)).toBeNull();
  });

  it('tell an error of each address of a host', () => {
    const error = new AggregateError([{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }]);
    expect(readReasons(describeRequestError(error))?.map(({ code }) => code)).toEqual([
      'connection_refused',
      'network_unreachable',
    ]);
  });
});

describe('the admin UI', () => {
  it('has a German text for every code, and none for others, which names what the English one names', () => {
    expect(Object.keys(german).sort()).toEqual([...codes].sort());
    for (const code of codes) {
      expect([code, paramsOf(german[code])]).toEqual([code, paramsOf(REASON_CODES[code])]);
      expect([code, german[code]?.endsWith(':')]).toEqual([code, REASON_CODES[code].endsWith(':')]);
    }
  });

  it('tells a reason in German where it is read in German, and as the API does in English', () => {
    const text = joinReasons(reasonText('token_unreachable'), reasonText('host_not_found'));
    expect(translateReasons(text, readReasons(text))).toBe(text);
    setReasons(german);
    expect(translateReasons(text, readReasons(text))).toBe(
      'der Token-Endpunkt war nicht zu erreichen: den Hostnamen gibt es nicht',
    );
    expect(translateReasons('something newer', [{ code: 'newer' as ReasonCode, params: {} }])).toBe(
      'something newer',
    );
  });
});
