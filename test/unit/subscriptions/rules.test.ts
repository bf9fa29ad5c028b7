import fc from 'fast-check';
import { checkInput } from '../../../src/platform/field-problems';
import { parseRange } from '../../../src/platform/public-address';
import { headerNameProblem, headerValueProblem } from '../../../src/subscriptions/header-field';
import { authenticationInput } from '../../../src/subscriptions/authentication';
import { targetProblem, urlProblem } from '../../../src/subscriptions/target-url';

describe("a webhook's URL", () => {
  it.each([
    'https://example.com',
    'http://example.com:8080/a/b?c=d&e',
    'HTTPS://EXAMPLE.com/%20',
    'https://[::1]/x',
  ])('may be %s', (url) => expect(urlProblem(url)).toBeUndefined());

  it.each([
    '',
    'example.com/hook',
    '//example.com',
    'ftp://example.com',
    'javascript:alert(1)',
    'https://',
    'https://exa mple.com',
    'https://example.com/a b',
    'https:\\\\example.com',
    'https://example.com/\n',
    'https://user@example.com',
    'https://user:pass@example.com',
    'https://example.com/#part',
    'https://example.com/#',
    'https://example.com:99999',
    'https://example.com:0/',
  ])('may not be %j', (url) => expect(urlProblem(url)).toBeDefined());

  it('is never repeated in the message about it', () => {
    const secret = 's3cret-in-url';
    for (const url of [`https://a:${secret}@b.c`, `ftp://${secret}`, `https://b.c/#${secret}`]) {
      expect(urlProblem(url)).not.toContain(secret);
    }
  });
});

describe('a target where private ones are not allowed', () => {
  it.each(['https://example.com/hook', 'https://93.184.215.14', 'https://[2606:2800:220:1::1]/'])(
    'may be %s',
    (url) => expect(targetProblem({ allowPrivateTargets: false }, url)).toBeUndefined(),
  );

  it.each([
    'http://example.com',
    'https://localhost',
    'https://localhost.',
    'https://api.localhost:3000',
    'https://127.0.0.1',
    'https://127.1',
    'https://2130706433',
    'https://0x7f.0.0.1',
    'https://0.0.0.0',
    'https://10.0.0.1',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1',
    'https://224.0.0.1',
    'https://[::1]',
    'https://[::]',
    'https://[fe80::1]',
    'https://[fd00::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:a00:1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
  ])('may not be %s', (url) => expect(targetProblem({ allowPrivateTargets: false }, url)).toBeDefined());
});

describe('a target where some private ones are allowed', () => {
  const targetProblems = (allowed: string, urls: readonly string[]): unknown[] => {
    const range = parseRange(allowed);
    const rules = { allowPrivateTargets: false, allowedTargets: range ? [range] : [] };
    return urls.map((url) => targetProblem(rules, url));
  };

  it.each([
    ['127.0.0.0/8', ['https://localhost', 'https://crm.localhost.:8443/', 'https://127.1'], 'https://[::1]'],
    ['::1/128', ['https://localhost', 'https://[::1]:8443/'], 'https://127.0.0.1'],
    ['10.0.0.0/8', ['https://10.1.2.3', 'https://[::ffff:10.1.2.3]'], 'https://localhost'],
    ['fd00:12::/48', ['https://[fd00:12::5]'], 'https://[fd00:13::5]'],
  ])('such as %s', (range, may, mayNot) => {
    expect(targetProblems(range, may)).toEqual(may.map(() => undefined));
    expect(targetProblems(range, [mayNot])).toEqual(['private_target']);
    expect(targetProblems(range, ['http://localhost'])).toEqual(['https_required']);
  });
});

/** Whether fetch takes it for the name of a header. */
function isHeaderName(name: string): boolean {
  try {
    new Headers([[name, 'x']]);
    return true;
  } catch {
    return false;
  }
}

describe('the name of an API key header', () => {
  it.each(['X-API-Key', 'authorization', 'apikey', "!#$%&'*+-.^_`|~0Aa"])('may be %s', (name) =>
    expect(headerNameProblem(name)).toBeUndefined(),
  );

  it.each(['', 'X API', 'X:Key', 'X-Kéy', 'X\nY', 'Content-Type', 'HOST', 'content-length', 'Webhook-Id'])(
    'may not be %j',
    (name) => expect(headerNameProblem(name)).toBeDefined(),
  );

  it.each([
    'X-Cpm-Anything',
    'user-agent',
    'Transfer-Encoding',
    'connection',
    'Proxy-Authorization',
    'expect',
  ])('may not be %j either', (name) => expect(headerNameProblem(name)).toBeDefined());

  it('is refused wherever fetch would refuse it', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 1 }), (name) => {
        if (isHeaderName(name)) return;
        refused += 1;
        expect(headerNameProblem(name)).toBeDefined();
      }),
    );
    expect(refused).toBeGreaterThan(10);
  });

  it('is accepted where it is a token and none that we or HTTP need', () => {
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/);
    fc.assert(
      fc.property(token, (rest) => {
        const name = `X-Key-${rest}`;
        expect(isHeaderName(name)).toBe(true);
        expect(headerNameProblem(name)).toBeUndefined();
      }),
    );
  });
});

describe('the value of an API key header', () => {
  it('is accepted only where it arrives as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        if (headerValueProblem(value) === undefined) expect(new Headers({ k: value }).get('k')).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/), (value) => {
        expect(headerValueProblem(value)).toBeUndefined();
        expect(new Headers({ k: value }).get('k')).toBe(value);
      }),
    );
    for (const value of ['a\nb', ' a', 'a ', 'ключ', '\u0000', ''])
      expect(headerValueProblem(value)).toBeDefined();
    expect(headerValueProblem('Basic dXNlcjpwYXNz')).toBeUndefined();
  });
});

describe('authentication', () => {
  const problemsOf = (value: unknown): string[] => {
    const checked = checkInput(authenticationInput, value);
    return checked.ok ? [] : checked.problems.map(({ path }) => path);
  };

  it('takes any name for a query parameter, and any line of text for its value', () => {
    const apiKeyAuth = { location: 'query', key: 'clé d’accès', value: 'значение' };
    expect(problemsOf({ authType: 'api-key', apiKeyAuth })).toEqual([]);
  });

  it.each([
    [
      { authType: 'api-key', apiKeyAuth: { location: 'header', key: 'webhook-id', value: 'a secret key' } },
      ['apiKeyAuth.key'],
    ],
    [
      { authType: 'api-key', apiKeyAuth: { location: 'header', key: 'K', value: 'a secret\tkey' } },
      ['apiKeyAuth.value'],
    ],
    [
      { authType: 'api-key', apiKeyAuth: { location: 'query', key: '', value: 'a secret key' } },
      ['apiKeyAuth.key'],
    ],
    [
      { authType: 'api-key', apiKeyAuth: { location: 'body', key: 'k', value: 'a secret key' } },
      ['apiKeyAuth.location'],
    ],
    [{ authType: 'api-key' }, ['apiKeyAuth']],
    [{ authType: 'bearer', bearerAuth: { token: 'two or more words' } }, ['bearerAuth.token']],
    [
      { authType: 'bearer', bearerAuth: { token: 'a-token-of-some', expiresAt: 'soon' } },
      ['bearerAuth.expiresAt'],
    ],
    [{ authType: 'bearer', bearerAuth: { token: '7-chars' } }, ['bearerAuth.token']],
    [{ authType: 'api-key', apiKeyAuth: { location: 'query', key: 'k', value: '1' } }, ['apiKeyAuth.value']],
    [
      {
        authType: 'oauth2',
        oauth2Auth: { tokenUrl: 'https://id.example.com', clientId: 'crm', clientSecret: 'short' },
      },
      ['oauth2Auth.clientSecret'],
    ],
    [{ authType: 'oauth3' }, ['authType']],
    [{ authType: 'oauth2' }, ['oauth2Auth']],
    [{}, ['authType']],
  ])('%j is refused at %j', (value, paths) => expect(problemsOf(value)).toEqual(paths));
});
