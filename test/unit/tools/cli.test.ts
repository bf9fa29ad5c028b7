import { changesFor, describe as inWords, leftAlone } from '../../../tools/cli/changes';
import { fromYaml, toYaml, UsageError, type Entry } from '../../../tools/cli/configuration';
import { masked, refer, resolved } from '../../../tools/cli/references';

const entry = (list: string, key: string, content: object): Entry => ({
  ...{ list, key },
  content: { ...content },
});

describe('the secrets of a subscription', () => {
  const shown = {
    name: 'CRM (north)',
    url: 'https://crm.example.com/hook?code=***',
    authentication: { authType: 'api-key', apiKeyAuth: { key: 'X-Key', value: null, valueSet: true } },
    headers: [{ name: 'X-Tenant', value: null, valueSet: true }],
    other: { token: null, tokenSet: false },
  };
  const referred = refer(shown, shown.name);

  it('are references to the environment, by names that tell whose they are', () => {
    expect(referred).toEqual({
      name: 'CRM (north)',
      url: 'https://crm.example.com/hook?code=${env:CRM_NORTH_URL}',
      authentication: {
        authType: 'api-key',
        apiKeyAuth: { key: 'X-Key', value: '${env:CRM_NORTH_AUTHENTICATION_API_KEY_AUTH_VALUE}' },
      },
      headers: [{ name: 'X-Tenant', value: '${env:CRM_NORTH_HEADERS_X_TENANT_VALUE}' }],
      other: {},
    });
  });

  it('are read from the environment, and named where it lacks them', () => {
    const { value, missing } = resolved(referred, { CRM_NORTH_URL: 'c0de' });
    expect(value).toMatchObject({
      url: 'https://crm.example.com/hook?code=c0de',
      headers: [{ value: null }],
    });
    expect(missing).toHaveLength(2);
  });

  it('are the same to a comparison, whatever their names', () => {
    expect(masked({ token: '${env:A}', url: 'https://x/${env:B}' })).toEqual({
      token: null,
      url: 'https://x/***',
    });
  });
});

describe('the difference between a file and an application', () => {
  const present = [
    entry('options', 'news', { id: 'news', name: 'News' }),
    entry('options', 'old', { id: 'old', name: 'Old' }),
    entry('subscriptions', 'CRM', { name: 'CRM', maxInFlight: 100, token: '${env:CRM_TOKEN}' }),
  ];

  it('is nothing where members are left out, or a secret has another name', () => {
    const same = [
      entry('options', 'news', { id: 'news' }),
      entry('subscriptions', 'CRM', { token: '${env:OTHER}' }),
    ];
    expect(changesFor(same, present)).toEqual([]);
  });

  it('is told entry by entry, with what was and what is to be', () => {
    const wanted = [
      entry('options', 'sms', { id: 'sms', name: 'SMS' }),
      entry('subscriptions', 'CRM', { name: 'CRM', maxInFlight: 5 }),
    ];
    expect(changesFor(wanted, present).map(inWords)).toEqual([
      '+ options/sms',
      '~ subscriptions/CRM\n    maxInFlight: 100 → 5',
    ]);
    expect(leftAlone(wanted, present)).toEqual(['options/news', 'options/old']);
  });
});

describe('a file', () => {
  it('is read as it was written', () => {
    const entries = [
      entry('application', 'shop', { id: 'shop', name: 'Shop' }),
      entry('emailTemplates', 'double-opt-in/en', { type: 'double-opt-in', locale: 'en', text: 'a\nb\n' }),
    ];
    expect(fromYaml(toYaml(entries))).toEqual({ applicationId: 'shop', entries });
  });

  it.each([
    ['what is no YAML', 'a: [', /no YAML/],
    ['another version', 'version: 2\napplication: { id: shop }', /version: 1/],
    ['no application', 'version: 1', /application/],
    ['a list that there is not', 'version: 1\napplication: { id: shop }\noption: []', /there is no option/],
    ['an entry without a name', 'version: 1\napplication: { id: shop }\nsubscriptions: [{}]', /no name/],
    [
      'two entries of one name',
      'version: 1\napplication: { id: shop }\noptions: [{ id: a }, { id: a }]',
      /options\/a twice/,
    ],
  ])('is refused for %s', (_, text, why) => {
    expect(() => fromYaml(text)).toThrow(UsageError);
    expect(() => fromYaml(text)).toThrow(why);
  });
});
