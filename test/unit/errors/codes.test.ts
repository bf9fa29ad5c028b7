import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import path from 'node:path';
import { ERROR_CODES } from '../../../src/errors/codes';
import { CONSENT_CODES } from '../../../src/errors/consent-codes';
import type { ErrorDefinition } from '../../../src/errors/definition';
import { DELIVERY_CODES } from '../../../src/errors/delivery-codes';
import { FIELD_CODES } from '../../../src/errors/field-codes';
import { fillIn } from '../../../src/errors/message';
import { REQUEST_CODES } from '../../../src/errors/request-codes';
import { refusals as english } from '../../../web/src/i18n/en/refusals';
import { refusals as german } from '../../../web/src/i18n/de/refusals';
import { renderErrorDocs } from '../../harness/error-docs';

const root = path.join(__dirname, '../../..');
const problems = Object.entries<ErrorDefinition>(ERROR_CODES);
const fields = Object.entries<string>(FIELD_CODES);
const messages: [string, string][] = [
  ...problems.map(([code, { detail }]) => [code, detail] as [string, string]),
  ...fields,
];
const codes = messages.map(([code]) => code);

const paramsOf = (text: string | undefined): string[] =>
  [...new Set([...(text ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();

describe('the codes of errors', () => {
  it('are snake_case, and none is defined twice', () => {
    expect(codes.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
    expect(codes.filter((code, index) => codes.indexOf(code) < index)).toEqual([]);
    const parts = [REQUEST_CODES, CONSENT_CODES, DELIVERY_CODES].flatMap((part) => Object.keys(part));
    expect(parts).toEqual(problems.map(([code]) => code));
  });

  it('have a status that HTTP knows, a message, and what the caller can do', () => {
    for (const [code, { status, detail, remedy }] of problems) {
      expect([code, STATUS_CODES[status]]).toEqual([code, expect.any(String)]);
      expect([code, detail]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
      expect([code, remedy]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    }
  });

  it('promise another try only where one may succeed without a change', () => {
    const passing = problems.filter(([, { retryAfter }]) => retryAfter !== undefined);
    expect(passing.filter(([, { status }]) => ![409, 429, 503].includes(status))).toEqual([]);
  });

  it('are all in use', () => {
    const source = sourceFiles()
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(codes.filter((code) => !new RegExp(`['"\`]${code}['"\`]`).test(source))).toEqual([]);
  });

  it('stand in docs/errors.md with status, meaning and remedy, and nothing else does', () => {
    const file = path.join(root, 'docs/errors.md');
    if (process.env.UPDATE_DOCS) writeFileSync(file, renderErrorDocs());
    expect(readFileSync(file, 'utf8')).toBe(renderErrorDocs());
  });
});

describe('the admin UI', () => {
  it('has a German text for every code, and none for others', () => {
    expect(Object.keys(german).sort()).toEqual([...codes].sort());
  });

  it.each([
    ['German', german],
    ['English', english],
  ])('names in %s only what the API tells it', (_, texts: Readonly<Record<string, string>>) => {
    for (const [code, message] of messages) {
      const known = paramsOf(message);
      expect([code, paramsOf(texts[code]).filter((name) => !known.includes(name))]).toEqual([code, []]);
    }
  });

  it('has its own English for codes that exist', () => {
    expect(Object.keys(english).filter((code) => !codes.includes(code))).toEqual([]);
  });
});

describe('a message', () => {
  it('names its parameters, and leaves what stands in double braces alone', () => {
    expect(fillIn('no "{id}" in "{app}"', { id: '$&', app: 7 })).toBe('no "$&" in "7"');
    expect(fillIn('must hold {{ confirmUrl }}')).toBe('must hold {{ confirmUrl }}');
  });
});

/** The code that could refuse something: all but the tables themselves. */
function sourceFiles(): string[] {
  const source = path.join(root, 'src');
  const tables = path.join(source, 'errors');
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.parentPath !== tables)
    .map(({ parentPath, name }) => path.join(parentPath, name));
}
