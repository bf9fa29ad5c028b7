/** Export and import of an application, against the real API. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type Surroundings } from '../../../tools/cli/run';
import { ApiRig } from '../../harness/api';

let api: ApiRig;
const folder = mkdtempSync(path.join(tmpdir(), 'cpm-cli-'));
const file = path.join(folder, 'shop.yaml');
const SECRET = 'a-very-secret-token-of-the-crm';
beforeAll(async () => {
  api = await ApiRig.start();
  const put = async (target: string, body: object): Promise<void> => {
    const { status, text } = await api.call('PUT', `/v1/applications/shop${target}`, { body });
    if (status !== 200) throw new Error(text);
  };
  await put('', { name: 'Shop', locales: ['en', 'de'], sender: { email: 'news@shop.example.com' } });
  await put('/options/news', { name: 'Newsletter' });
  await put('/option-groups/all', { name: 'All', optionIds: ['news'] });
  await put('/privacy-policies/p1', { reference: 'p1', name: 'Policy', url: 'https://shop.example.com/p' });
  await put('/permission-statements/s1', { reference: 's1', text: 'Yes: send me “all” of it.\nEvery week.' });
  await put('/preferences/colour', {
    ...{ label: 'Colour', type: 'single' },
    choices: [{ reference: 'red', label: 'Red' }],
  });
  await put('/email-templates/double-opt-in/en', {
    subject: 'Please confirm',
    mjml: '<mjml><mj-body><mj-section><mj-column><mj-text><a href="{{ confirmUrl }}">{{ confirmUrl }}</a></mj-text></mj-column></mj-section></mj-body></mjml>',
    text: 'Confirm: {{ confirmUrl }}\n',
  });
  const { status, text } = await api.call('POST', '/v1/subscriptions', {
    body: {
      ...{ applicationId: 'shop', name: 'CRM', updateType: 'consent-receipts' },
      url: 'https://crm.example.com/hook?code=s3cret-of-the-url',
      authentication: { authType: 'bearer', bearerAuth: { token: SECRET } },
      headers: [{ name: 'X-Tenant', value: 'tenant-of-the-shop' }],
    },
  });
  if (status !== 201) throw new Error(text);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api?.stop();
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}
async function cli(
  args: readonly string[],
  env: Record<string, string> = {},
  ask?: Surroundings['ask'],
): Promise<Ended> {
  let [out, errors] = ['', ''];
  const code = await run(args, {
    env: { CPM_URL: api.url, CPM_API_KEY: api.key, ...env },
    out: (text) => (out += text),
    errors: (text) => (errors += text),
    ask,
  });
  return { code, out, errors };
}

const SECRETS = {
  CRM_URL: 's3cret-of-the-url',
  CRM_AUTHENTICATION_BEARER_AUTH_TOKEN: SECRET,
  CRM_HEADERS_X_TENANT_VALUE: 'tenant-of-the-shop',
};

describe('an export', () => {
  it('holds all of an application, and no secret', async () => {
    expect(await cli(['export', 'shop', '--out', file])).toEqual({ code: 0, out: '', errors: '' });
    const yaml = readFileSync(file, 'utf8');
    for (const name of ['options', 'optionGroups', 'privacyPolicies', 'permissionStatements', 'preferences'])
      expect(yaml).toContain(`\n${name}:\n`);
    for (const [name, secret] of Object.entries(SECRETS)) {
      expect(yaml).toContain(`\${env:${name}}`);
      expect(yaml).not.toContain(secret);
    }
    expect(yaml).not.toMatch(/createdAt|health|signingSecret|whsec_/);
  });

  it('imported where it comes from changes nothing', async () => {
    const { code, out } = await cli(['import', file]);
    expect([code, out]).toEqual([0, 'It is as the file says.\n']);
  });
});

describe('an import', () => {
  it('tells what it would write, and writes nothing unless it may', async () => {
    const shown = await cli(['import', file, '--application', 'other', '--dry-run'], SECRETS);
    expect(shown.code).toBe(3);
    expect(shown.out.split('\n')).toEqual(expect.arrayContaining(['+ options/news', '+ subscriptions/CRM']));
    expect((await cli(['import', file, '--application', 'other'], SECRETS)).code).toBe(2);
    const asked: string[] = [];
    const no = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) < 0);
    expect((await cli(['import', file, '--application', 'other'], SECRETS, no)).code).toBe(3);
    expect(asked).toHaveLength(1);
    expect((await api.call('GET', '/v1/applications/other')).status).toBe(404);
  });

  it('names the secrets that a new subscription lacks, before it writes anything', async () => {
    const { code, errors } = await cli(['import', file, '--application', 'other', '--yes']);
    expect(code).toBe(2);
    for (const name of Object.keys(SECRETS)) expect(errors).toContain(name);
    expect((await api.call('GET', '/v1/applications/other')).status).toBe(404);
  });

  it('makes an application whose export is the same, and a second one changes nothing', async () => {
    const made = await cli(['import', file, '--application', 'other', '--yes'], SECRETS);
    expect([made.code, made.errors]).toEqual([0, expect.stringContaining('written: subscriptions/CRM')]);
    expect(made.out).toMatch(/signing secret of CRM, shown only now: whsec_/);
    const { out } = await cli(['export', 'other']);
    expect(out.replace('id: other', 'id: shop')).toBe(readFileSync(file, 'utf8'));
    expect((await cli(['import', file, '--application', 'other', '--dry-run'])).code).toBe(0);
  });

  it('writes what differs, keeps the stored secrets, and leaves alone what the file has not', async () => {
    await api.call('PUT', '/v1/applications/other/options/own', { body: { name: 'Own' } });
    const changed = path.join(folder, 'changed.yaml');
    writeFileSync(
      changed,
      readFileSync(file, 'utf8').replace('maxInFlight: 100', 'maxInFlight: 7').replace('Newsletter', 'News'),
    );
    const { code, out } = await cli(['import', changed, '--application', 'other', '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('~ subscriptions/CRM\n    maxInFlight: 100 → 7\n');
    expect(out).toContain('~ options/news\n    name: "Newsletter" → "News"\n');
    expect(out).toContain('options/own is not in the file, and stays');
    const { body } = await api.call('GET', '/v1/subscriptions?applicationId=other');
    expect(body.items[0]).toMatchObject({
      maxInFlight: 7,
      authentication: { bearerAuth: { tokenSet: true } },
    });
  });

  it('writes secrets of what is otherwise the same where it is asked to', async () => {
    const args = ['import', file, '--secrets', '--dry-run'];
    expect(await cli(args, SECRETS)).toMatchObject({
      code: 3,
      out: '~ subscriptions/CRM\n    its secrets\n',
    });
  });

  it('fails with the words of the API', async () => {
    const wrong = path.join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'version: 1\napplication: { id: third, name: "" }\n');
    const { code, errors } = await cli(['import', wrong, '--yes']);
    expect(code).toBe(1);
    expect(errors).toContain('PUT /v1/applications/third was answered 400');
  });
});

it.each([
  [['export'], /usage/],
  [['import', 'a', 'b'], /usage/],
  [['import', '/nowhere/file.yaml'], /no such file/],
  [['export', 'shop', '--what'], /--what/],
])('is refused by exit code 2: %j', async (args, why) => {
  const { code, errors } = await cli(args);
  expect(code).toBe(2);
  expect(errors).toMatch(why);
});
