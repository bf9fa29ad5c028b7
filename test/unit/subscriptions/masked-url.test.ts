import fc from 'fast-check';
import { maskQueries, maskUrl, secretsOfUrl, unmaskUrl } from '../../../src/subscriptions/masked-url';

describe('a URL that is shown', () => {
  it.each([
    ['https://crm.example.com/hooks?sig=s3cr3t-of-the-crm', 'https://crm.example.com/hooks?sig=***'],
    ['https://a.example/?code=12345678&v=1.0&flag', 'https://a.example/?code=***&v=1.0&flag'],
    ['https://a.example?key=a%2Fb%3Dc==&key=short', 'https://a.example?key=***&key=short'],
    ['https://a.example/x?12345678', 'https://a.example/x?***'],
    ['https://a.example/x?q=a?b=c&d', 'https://a.example/x?q=a?b=c&d'],
    ['https://a.example/x?q=what?so=ever', 'https://a.example/x?q=***'],
    [
      'https://hooks.example/services/T024BE7LD/B024BE7LH/kBaD4x0QmZ1yT7uVw2Xc9LpE',
      'https://hooks.example/services/T024BE7LD/B024BE7LH/***',
    ],
    ['https://hooks.example/in/0123456789abcdef0123456789abcdef/x', 'https://hooks.example/in/***/x'],
  ])('has no secret: %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
    expect(maskUrl(shown)).toBe(shown);
  });

  it.each([
    'https://crm.example.com',
    'HTTPS://CRM.example.com:8443/Consent/Receiver?',
    'https://crm.example.com/tenants/01900000-0000-7000-8000-000000000001/consent-permission-changes?a=1&&b',
    'https://crm.example.com/api/v2/effective-permission-webhooks',
  ])('is as it was given where it has none: %s', (url) => {
    expect(maskUrl(url)).toBe(url);
    expect(secretsOfUrl(url)).toEqual([]);
  });
});

it('the secrets of a URL are those that are masked', () => {
  expect(secretsOfUrl('https://a.example/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=a%2Bb%2Bc%2Bd&v=1&12345678')).toEqual([
    'kBaD4x0QmZ1yT7uVw2Xc9LpE',
    'a%2Bb%2Bc%2Bd',
    '12345678',
  ]);
});

describe('a mask that is given back', () => {
  const STORED = 'https://a.example/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=first-sig&v=1&sig=second-sig&x=***';

  it.each([
    ['all of it', maskUrl(STORED), STORED],
    ['a URL without any', 'https://b.example/?sig=new', 'https://b.example/?sig=new'],
    [
      'the secret beside masks',
      'https://a.example/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=***',
      'https://a.example/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=first-sig',
    ],
    [
      'another parameter',
      'https://a.example/in/***?v=2&sig=***',
      'https://a.example/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?v=2&sig=first-sig',
    ],
    [
      'one of two of a name',
      'https://a.example/in/***?sig=other&sig=***',
      'https://a.example/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=other&sig=second-sig',
    ],
    [
      'another spelling of the origin',
      'HTTPS://A.example:443/in/***?sig=***',
      'HTTPS://A.example:443/in/kBaD4x0QmZ1yT7uVw2Xc9LpE?sig=first-sig',
    ],
  ])('stands for what is stored: %s', (_, given, whole) => expect(unmaskUrl(given, STORED)).toBe(whole));

  it.each([
    ['another host', 'https://b.example/in/***?sig=***'],
    ['another scheme', 'http://a.example/in/***?sig=***'],
    ['another port', 'https://a.example:8443/in/***?sig=***'],
    ['another path', 'https://a.example/out/***?sig=***'],
    ['a longer path', 'https://a.example/in/***/more?sig=***'],
    ['a shorter path', 'https://a.example/in?sig=***'],
    ['another place in the path', 'https://a.example/***/in'],
    ['another name', 'https://a.example/in/***?code=***'],
    ['one more than there are', 'https://a.example/in/***?sig=***&sig=***&sig=***'],
    ['what was shown', 'https://a.example/in/***?v=***'],
    ['what was written behind it', 'https://a.example/in/***?sig=***new'],
    ['what was written before it', 'https://a.example/in/new***?sig=***'],
  ])('stands for nothing at %s', (_, given) => expect(unmaskUrl(given, STORED)).toBeUndefined());

  it('stands for nothing where nothing is stored', () => {
    expect(unmaskUrl('https://a.example/?sig=***', undefined)).toBeUndefined();
    expect(unmaskUrl('https://a.example/?sig=new-***', undefined)).toBeUndefined();
    expect(unmaskUrl('https://a.example/?sig=**', undefined)).toBe('https://a.example/?sig=**');
  });

  it('stands for the very URL, whatever it is', () => {
    const part = fc.stringMatching(/^[\w.~%=*-]{0,40}$/);
    const urls = fc
      .tuple(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 5 }))
      .map(([path, query]) => `https://a.example/${path.join('/')}?${query.join('&')}`);
    fc.assert(fc.property(urls, (url) => unmaskUrl(maskUrl(url), url) === url));
  });
});

it('URLs within a text have no secrets in queries and fragments', () => {
  const text = '<https://a.example/x?sig=0123456789>; rel="next", </y?page=2#access_token=abcdefgh>';
  expect(maskQueries(text)).toBe('<https://a.example/x?sig=***>; rel="next", </y?page=2#access_token=***>');
});
