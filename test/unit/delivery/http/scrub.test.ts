/** Receivers echo what they were sent, in spellings of their own. */
import { gzipSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { Secret } from 'otpauth';
import { createScrubber } from '../../../../src/delivery/http/scrub';

const KEY = 'Zm9v/YmFy+QUJD<x&y>"7';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const each = (text: string, spell: (code: number) => string): string =>
  [...Buffer.from(text)].map(spell).join('');
const eachCharacter = (text: string, spell: (code: number) => string): string =>
  Array.from(text, (character) => spell(character.codePointAt(0) ?? 0)).join('');
const digits = (code: number, length: number): string => code.toString(16).padStart(length, '0');
const percent = (text: string): string => each(text, (code) => `%${digits(code, 2)}`);
const entities = (text: string): string => each(text, (code) => `&#${code};`);
const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

const times = (count: number, spell: (text: string) => string, text: string): string =>
  count === 0 ? text : spell(times(count - 1, spell, text));

const NAMED: Readonly<Record<string, string>> = {
  ...{ '/': '&sol;', '+': '&plus;', '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' },
};

/** How languages, frameworks and proxies write a text. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: quoted,
  'JSON of PHP': (text) => quoted(text).replaceAll('/', '\\/'),
  'JSON of PHP, twice': (text) => quoted(quoted(text).replaceAll('/', '\\/')).replaceAll('/', '\\/'),
  'JSON of Go or Rails': (text) => quoted(text).replace(/[<>&+]/g, (c) => `\\u${digits(c.charCodeAt(0), 4)}`),
  'JSON of .NET': (text) => text.replace(/[<>&+"]/g, (c) => `\\u${digits(c.charCodeAt(0), 4).toUpperCase()}`),
  'JSON with every character escaped': (text) => each(text, (code) => `\\u${digits(code, 4)}`),
  JavaScript: (text) => each(text, (code) => `\\u{${digits(code, 1)}}`),
  Python: (text) => each(text, (code) => `\\U${digits(code, 8)}`),
  'a log of nginx': (text) => each(text, (code) => `\\x${digits(code, 2).toUpperCase()}`),
  octal: (text) => each(text, (code) => `\\${code.toString(8).padStart(3, '0')}`),
  HTML: (text) => text.replace(/[<>&"]/g, (c) => NAMED[c] ?? c),
  'HTML with named characters': (text) => text.replace(/[/+<>&"]/g, (c) => NAMED[c] ?? c),
  'HTML with decimal numbers': entities,
  'HTML with padded numbers': (text) => each(text, (code) => `&#0${code};`),
  'HTML with hexadecimal numbers': (text) => each(text, (code) => `&#x${digits(code, 2)};`),
  'HTML in JSON of Go': (text) => entities(text).replaceAll('&', '\\u0026'),
  'HTML in HTML': (text) => entities(text).replaceAll('&', '&amp;'),
  'a query': encodeURIComponent,
  'a query, in lower case': (text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase()),
  'a query with every character encoded': percent,
  'a query in a query': (text) => encodeURIComponent(percent(text)),
  'a form': (text) => new URLSearchParams({ a: text }).toString(),
  'old escape()': (text) => each(text, (code) => `%u${digits(code, 4)}`),
  base64: base64,
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'basic authentication': (text) => `Basic ${base64(`user:${text}`)}`,
  'basic authentication of a longer user': (text) => `Basic ${base64(`someone:${text}`)}`,
  'basic authentication, as user': (text) => `Basic ${base64(`${text}:`)}`,
  'base64 of base64': (text) => base64(base64(`user:${text}`)),
  'base64 of JSON of PHP': (text) => base64(`{"key":"${quoted(text).replaceAll('/', '\\/')}"}`),
  'base64 in lines': (text) => base64(`${'x'.repeat(61)}${text}`).replace(/.{20}/g, '$&\r\n'),
  'base64 in a query': (text) => encodeURIComponent(base64(`u:${text}`)),
  base32: (text) => Secret.fromUTF8(text).base32,
  'base32 in lower case': (text) => Secret.fromUTF8(text).base32.toLowerCase(),
  'base32 amid more': (text) => Secret.fromUTF8(`user:${text};`).base32,
  'octal without zeroes': (text) => each(text, (code) => `\\${code.toString(8)}`),
  'bytes of od': (text) => [...Buffer.from(text)].join(' '),
  'quoted-printable in lower case': (text) => each(text, (code) => `=${digits(code, 2)}`),
  hexadecimal: hex,
  'hexadecimal, in upper case': (text) => hex(text).toUpperCase(),
  'hexadecimal with separators': (text) => hex(text).replace(/..(?=.)/g, '$&:'),
  'hexadecimal amid more': (text) => hex(`user:${text};`),
  'hexadecimal of C': (text) => each(text, (code) => `0x${digits(code, 2)}, `).slice(0, -2),
  'a buffer of JavaScript': (text) => [...Buffer.from(text)].join(','),
  'quoted-printable': (text) =>
    text.replace(/[<>&"=]/g, (c) => `=${digits(c.charCodeAt(0), 2).toUpperCase()}`),
  'quoted-printable in short lines': (text) => text.replace(/.{6}/g, '$&=\r\n'),
  'HTML with numbers padded far': (text) => each(text, (code) => `&#${String(code).padStart(12, '0')};`),
  'HTML with a place to break at': (text) => text.replace(/^./, '$&<wbr>'),
  'a place to break at': (text) => text.replace(/^./, '$&\u200b'),
  'YAML in short lines': (text) => quoted(text).replace(/^.{6}/, '$&\\\n   '),
  'small letters': (text) => text.toLowerCase(),
  'capital letters': (text) => text.toUpperCase(),
  'base64 in indented lines': (text) => base64(`${'x'.repeat(61)}${text}`).replace(/.{20}/g, '$&\n  '),
  'base64 four deep': (text) => times(4, base64, text),
  'hexadecimal of base64 of base64': (text) => hex(base64(base64(text))),
  'gzip in base64': (text) => gzipSync(text).toString('base64'),
  'gzip of more, in hexadecimal': (text) => gzipSync(`{"user":"somebody","key":"${text}"}`).toString('hex'),
  'zlib in base64url': (text) => deflateSync(text).toString('base64url'),
  CSS: (text) => eachCharacter(text, (code) => `\\${digits(code, 1)} `).trimEnd(),
  'CSS, padded': (text) => eachCharacter(text, (code) => `\\${digits(code, 6)}`),
  'CSS in JSON': (text) => quoted(eachCharacter(text, (code) => `\\${digits(code, 6)}`)),
  Perl: (text) => eachCharacter(text, (code) => `\\x{${digits(code, 1)}}`),
  CSV: (text) => text.replaceAll('"', '""'),
  'a shell': (text) => text.replaceAll('"', `'"'"'`),
  'wide letters': (text) =>
    text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).replaceAll('"', '＂'),
  'letters in rings': (text) => text.replace(/[a-z]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0x246f)),
  'letters with marks': (text) => text.replace(/[a-z]/gi, '$&\u0301'),
  'a list of letters': (text) => [...text].join(`', '`),
  'joined strings': (text) => text.replace(/.{6}/g, '$&" +\n  "'),
  'in short lines': (text) => text.replace(/.{6}/g, '$&\n'),
  'with markup in it': (text) => text.replace(/[A-Za-z]{3}/g, '$&<b class="x"></b>'),
  'with colours of a terminal': (text) => text.replace(/[A-Za-z]{3}/g, '$&\u001b[1;31m'),
  'code points': (text) => eachCharacter(text, (code) => `U+${digits(code, 4).toUpperCase()} `).trimEnd(),
  'a list of hexadecimal numbers': (text) => each(text, (code) => `"0x${digits(code, 2)}", `).slice(1, -3),
  'octal numbers of od': (text) => each(text, (code) => `${code.toString(8).padStart(3, '0')} `).trimEnd(),
  'binary numbers': (text) => each(text, (code) => `${code.toString(2).padStart(8, '0')} `).trimEnd(),
  'hexadecimal in lines': (text) => hex(text).replace(/.{8}(?=.)/g, '$&\n'),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
};

/** Whether any spelling of the secret can be read in the text. */
const readable = (text: string, secret: string): string[] =>
  Object.entries(SPELLINGS)
    .filter(([, spell]) => text.includes(spell(secret)))
    .map(([name]) => name);

describe('a secret that is echoed', () => {
  it.each(Object.keys(SPELLINGS))('is masked, and what stands around it is kept: %s', (name) => {
    const spell = SPELLINGS[name] ?? String;
    const text = createScrubber([KEY])(`{"sent": "${spell(KEY)}", "status": "not accepted"}`);
    expect(text).toMatch(
      /^\{"sent": "(?:a=|Basic |x|.{60,90}\r\n)?\[redacted\]=*(?:%3[Dd])*", "status": "not accepted"\}$/s,
    );
    expect(readable(text, KEY)).toEqual([]);
  });

  it.each([
    ['base64 of something', 'c29tZXRoaW5nLWVsc2UtMTIzNA=='],
    ['with escapes of its own', 'a%2Fb\\u0041&amp;c-12345678'],
    ['with a space', 'two words of a key'],
    ['of other letters', 'Schlüssel-für-Köln-東京'],
    ['of hexadecimal digits', '41deadbeef0042'],
    ['a whole URL', 'https://a.example/confirm/x1?y=2&z=3'],
  ])('is masked whatever it consists of: %s', (_, secret) => {
    const scrub = createScrubber([secret]);
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      if (
        secret.includes('ü') &&
        ['JSON with every', 'JavaScript', 'Python', 'octal', 'HTML', 'old'].some((one) =>
          name.startsWith(one),
        )
      )
        continue;
      const echo = spell(secret);
      expect([name, scrub(`before ${echo} after`).includes(echo)]).toEqual([name, false]);
    }
  });

  it('is masked in every mixture of spellings, character by character', () => {
    const spellings = [
      (c: string) => c,
      (c: string) => `\\u${digits(c.charCodeAt(0), 4)}`,
      (c: string) => percent(c),
      (c: string) => entities(c),
      (c: string) => `\\x${digits(c.charCodeAt(0), 2)}`,
      (c: string) => quoted(percent(c)),
      (c: string) => entities(quoted(c)),
    ];
    const secrets = fc.stringMatching(/^[!-~]{8,30}$/);
    const choices = fc.array(fc.nat(spellings.length - 1), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(secrets, choices, (secret, chosen) => {
        // Alone, a backslash, a percent or an ampersand may spell something together with what follows.
        const echo = [...secret]
          .map((c, i) => spellings[/[\\%&]/.test(c) ? 2 : (chosen[i] ?? 0)]?.(c))
          .join('');
        // The backslash before the first character is no part of the secret, and its last one may belong to what follows.
        expect(createScrubber([secret])(`<< ${echo} >>`)).toMatch(/^<< (?:&#92;)?\[redacted\](?:%5c)? ?>>$/);
      }),
    );
  });

  it.each(['quo"te\\0', 'quo"te-\\', 'quo"te&amp', 'quo"te%4'])(
    'is masked where it ends in what an escape begins with: %s',
    (secret) => {
      const scrub = createScrubber([secret]);
      for (const spell of [
        quoted,
        (text: string) => percent(quoted(text)),
        (text: string) => quoted(entities(text)),
      ])
        expect(scrub(`<< ${spell(secret)} >>`)).toMatch(/^<< \[redacted\] ?>>$/); // a space may end an escape of CSS
      // A quote that is escaped within one more layer than the rest.
      const echo = [...secret]
        .map((c) => (c === '"' ? '&#92;&#34;' : /[\\%&]/.test(c) ? percent(c) : c))
        .join('');
      expect(scrub(`<< ${echo} >>`)).toMatch(/^<< \[redacted\](?:%5c)? ?>>$/); // a backslash may belong to what follows
    },
  );

  it('leaves no more than a few characters of itself at the end, where the text was cut', () => {
    const scrub = createScrubber([KEY]);
    for (const [name, spell] of Object.entries(SPELLINGS)) {
      const [echo, few] = [spell(KEY), spell(KEY.slice(0, 8)).length];
      const left = Array.from({ length: echo.length }, (_, length) => scrub(`sent ${echo.slice(0, length)}`));
      const readableLeft = left.filter(
        (text) => text.replace('[redacted]', '').length > few + 'sent '.length,
      );
      expect([name, readableLeft]).toEqual([name, []]);
    }
    expect(scrub(`sent ${KEY.slice(0, 4)}`)).toBe('sent [redacted]');
  });
});

describe('a text without secrets', () => {
  it.each([
    '{"error":"no such route","path":"C:\\\\temp\\\\new","q":"a%20b&c=d"}',
    'deadbeef deadbeef 0123456789abcdef',
    base64('nothing of interest, though it is long enough'),
    '<p>K&ouml;ln &amp; M&uuml;nchen</p>',
    '\\ % & &# \\u \\x %4',
    '',
  ])('is kept as it is: %s', (text) => {
    expect(createScrubber([KEY, 'another-key-123'])(text)).toBe(text);
    expect(createScrubber([])(text)).toBe(text);
    expect(createScrubber([''])(text)).toBe(text);
  });

  it('is left out whole where it takes too much to be read', () => {
    expect(createScrubber([KEY])(`sent %${'25'.repeat(8 * 1024)}`)).toBe('[redacted]');
    const bomb = gzipSync(' '.repeat(1024 * 1024)).toString('base64');
    expect(createScrubber([KEY])(`sent ${bomb}`)).toBe('[redacted]');
  });

  it('is read in bounded time, however it is made', () => {
    const scrub = createScrubber([KEY, 'another-key-123']);
    const texts = [
      '\\',
      '%25',
      '&amp;',
      'A',
      'zz',
      'ab:',
      '\\x41',
      'Zm9v/',
      base64(base64('user:')),
      'V',
      '=41',
      '\\41 ',
      '12 ',
    ];
    for (const text of texts) {
      const startedAt = performance.now();
      scrub(text.repeat(Math.ceil((16 * 1024) / text.length)));
      expect([text, performance.now() - startedAt < 500]).toEqual([text, true]);
    }
  });
});
