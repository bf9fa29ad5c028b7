import { readFile } from 'node:fs/promises';
import { NO_SECOND_FACTOR } from '../../src/access/second-factor';
import { startApi } from '../../src/bin/parts/api';
import { createLogger } from '../../src/platform/logger';
import { freePorts } from '../harness/free-ports';
import { TestProvider } from '../harness/identity-provider';
import { eventually } from '../harness/service';
import { codeAt } from '../harness/totp';
import { ADMIN, choose, enter, see, Ui } from '../harness/ui';

let ui: Ui;
let provider: TestProvider;
beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const publicUrl = `http://127.0.0.1:${port}`;
  provider = await TestProvider.start(publicUrl);
  ui = await Ui.start({ port, publicUrl, identityProvider: provider.settings() });
});
afterAll(async () => {
  await ui.stop();
  await provider.stop();
});

describe('the login', () => {
  it('leads to the requested page, and the logout away from it', async () => {
    const page = await ui.visit('/api-keys');
    await enter(page, { ...ADMIN, password: 'a wrong password' });
    await see(page, 'The e-mail address or the password is wrong.');
    await enter(page, ADMIN);
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  it('is required again when the session has ended', async () => {
    const page = await ui.logIn('/integrations');
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Citizens' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  it('shows nobody what was seen in a session before, once that has ended', async () => {
    const page = await ui.logIn('/api-keys');
    await see(page, 'configured');
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.route('**/v1/api-keys*', (route) => route.fulfill({ status: 404, json: {} }));
    await enter(page, ADMIN);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    expect(await page.getByText('configured').count()).toBe(0);
  });
});

describe('the log-in with an identity provider', () => {
  const logIn = async (name: string, groups: string[]) => {
    await provider.know(name, { email: `${name}@example.com`, email_verified: true, groups });
    const page = await ui.visit('/citizens');
    await page.getByRole('button', { name: /^Log in with 127/ }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Continue' }).click();
    return page;
  };

  it('leads there, and back to the requested page, as whom the provider says', async () => {
    const page = await logIn('margaret', ['staff']);
    await page.getByRole('heading', { name: 'Citizens', level: 1 }).waitFor();
    expect(page.url()).toBe(`${ui.service.url}/citizens`);
    await page.getByRole('link', { name: 'Account' }).click();
    await see(page, /decides anew each time what you may do here/);
    const owner = await ui.logIn('/account');
    await see(owner, 'margaret@example.com');
    await see(owner, /\(from the identity provider\)/);
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.getByRole('button', { name: /^Log in with 127/ }).waitFor();
  });

  it('says why somebody is not let in', async () => {
    const page = await logIn('eve', []);
    await see(page, /gives you no role here/);
    await page.getByRole('link', { name: 'To the log-in' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });
});

describe('API keys', () => {
  it('are shown once, work, and are revoked', async () => {
    const page = await ui.logIn('/api-keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByLabel('Name').fill('Website');
    await page.getByRole('button', { name: 'Create' }).click();
    await see(page, 'required');
    await page.getByRole('checkbox', { name: 'see the catalogue' }).check();
    await page.getByRole('button', { name: 'Create' }).click();
    const key = (await page.getByRole('status', { name: 'API key' }).textContent()) ?? '';
    const ask = (path = '/v1/applications'): Promise<number> =>
      fetch(ui.service.url + path, { headers: { 'x-api-key': key } }).then(({ status }) => status);
    expect(await ask()).toBe(200);
    expect(await ask('/v1/citizens')).toBe(403);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await page.content()).includes(key)).toBe(false);

    await page.getByRole('cell', { name: 'see the catalogue' }).waitFor();
    await page.getByRole('button', { name: 'Revoke Website' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await see(page, 'The key was revoked.');
    expect(await ask()).toBe(401);
  });
});

describe('the audit trail', () => {
  it('is reached from a key, filtered, turned and saved', async () => {
    const { service } = ui;
    for (let n = 0; n < 25; n += 1) await service.ok('PUT', `/v1/applications/shop-${n}`, { name: 'Shop' });
    const page = await ui.logIn('/api-keys');
    await page.getByRole('button', { name: 'Last actions configured' }).click();
    await page.getByRole('dialog').getByText('Save application').first().waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'All in the audit trail' }).click();
    const rows = page.getByRole('table', { name: 'Audit trail' }).getByRole('row');
    await see(page, '1–20 of 25');
    await page.getByRole('button', { name: 'Next' }).click();
    await see(page, '21–25 of 25');
    await choose(page, 'Action', 'Log in');
    await see(page, 'Nothing matches');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('cell', { name: 'Log in' }).first().waitFor();
    await page.getByRole('button', { name: 'shop-23', exact: true }).first().click();
    await eventually(async () => expect(await rows.count()).toBe(2));
    expect(page.url()).toContain('objectId=shop-23');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const text = await readFile(await (await saved).path(), 'utf8');
    expect(
      text
        .trimEnd()
        .split('\r\n')
        .map((line) => line.split(',').at(-3)),
    ).toEqual([...['objectId', 'shop-23']]);
    await page.goto('/audit?from=yesterday');
    await page.getByRole('cell', { name: 'Log in' }).first().waitFor();
  });
});

describe('the account', () => {
  it('invites an administrator, who sets and changes their password and is removed again', async () => {
    const other = { email: 'grace@example.com', password: 'three yellow canaries' };
    const page = await ui.logIn('/account');
    await page.getByRole('button', { name: 'Invite administrator' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail address').fill(other.email);
    await dialog.getByRole('button', { name: 'Invite administrator' }).click();
    const link = (await page.getByRole('status', { name: 'Link' }).textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('cell', { name: `${other.email} (invited)` }).waitFor();

    const theirs = await ui.visit(`/set-password${new URL(link).hash}`);
    await theirs.getByLabel('Password', { exact: true }).fill('password1234');
    await theirs.getByRole('button', { name: 'Set and log in' }).click();
    await see(theirs, /guessed first/);
    await theirs.getByLabel('Password', { exact: true }).fill(other.password);
    await theirs.getByRole('button', { name: 'Set and log in' }).click();
    await theirs.locator('#main').waitFor();
    await theirs.goto('/account');
    await theirs.getByLabel('Current password').fill(other.password);
    await theirs.getByLabel('New password').fill('four purple finches');
    await theirs.getByRole('button', { name: 'Change password' }).click();
    await see(theirs, /Your password was changed/);

    const late = await ui.visit(`/set-password${new URL(link).hash}`);
    await see(late, /This link sets no password/);

    expect(await theirs.getByRole('heading', { name: 'Administrators' }).count()).toBe(0);
    await page.getByRole('combobox', { name: `Role of ${other.email}` }).click();
    await page.getByRole('option', { name: /Viewer/ }).click();
    await see(page, `${other.email} has another role now.`);
    await theirs.reload();
    await theirs.getByRole('heading', { name: 'Account' }).waitFor();
    expect(await theirs.getByRole('link', { name: 'API keys' }).count()).toBe(0);

    await page.getByRole('button', { name: `New link ${other.email}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make link' }).click();
    expect(await page.getByRole('status', { name: 'Link' }).textContent()).not.toBe(link);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await theirs.reload();
    await theirs.getByRole('heading', { name: 'Log in' }).waitFor();

    await page.getByRole('button', { name: `Remove ${other.email}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('cell', { name: other.email, exact: true }).waitFor({ state: 'detached' });
    await theirs.reload();
    await theirs.getByRole('heading', { name: 'Log in' }).waitFor();
  });
});

describe('where one is logged in', () => {
  it('is shown, and ended there from here', async () => {
    await ui.service.db.session.deleteMany();
    const forgotten = await ui.logIn('/', { userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/128.0' });
    const page = await ui.logIn('/account');
    const places = page.getByRole('list', { name: 'Where you are logged in' }).getByRole('listitem');
    await places.filter({ hasText: /Chrome.*this one/ }).waitFor();
    await places.filter({ hasText: /Firefox, Linux, 127\.0\.0\.1.*last used/ }).waitFor();
    await page.getByRole('button', { name: /^End Firefox/ }).click();
    await places.filter({ hasText: 'Firefox' }).waitFor({ state: 'detached' });
    await forgotten.reload();
    await forgotten.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.reload();
    await places.first().waitFor();
    expect(await page.getByRole('button', { name: 'End all others' }).count()).toBe(0);
  });
});

describe('the second factor', () => {
  it('is set up with an app, asked for at the log-in, and turned off again', async () => {
    const page = await ui.logIn('/account');
    await page.getByRole('button', { name: 'Set up' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current password').fill(ADMIN.password);
    await dialog.getByRole('button', { name: 'Next' }).click();
    await dialog.getByRole('img', { name: /QR code/ }).waitFor();
    const secret = (await dialog.getByLabel('Secret for the app').textContent()) ?? '';
    await dialog.getByLabel('Code', { exact: true }).fill('000000');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await see(page, 'is wrong, or was used already');
    await dialog.getByLabel('Code', { exact: true }).fill(codeAt(secret));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    const codes = (await page.getByRole('status', { name: 'Recovery codes' }).textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await see(page, /8 recovery codes are left/);
    await page.getByRole('button', { name: 'Log out', exact: true }).click();

    // As if the code had been used minutes ago.
    await ui.service.db.administrator.updateMany({ data: { totpLastStep: { decrement: 10 } } });
    await enter(page, ADMIN);
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Log in' }).click();
    await see(page, 'is wrong, or was used already');
    await page.getByLabel('Code').fill(codeAt(secret));
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await dialog.getByLabel('Current password').fill(ADMIN.password);
    await dialog.getByLabel('Code', { exact: true }).fill(codes.split('\n')[0] ?? '');
    await dialog.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Set up' }).waitFor();
  });
});

describe('where a second factor is a must', () => {
  it('whoever logs in by a password sets one up first, and then goes on to the requested page', async () => {
    const settings = {
      ...ui.service.config,
      port: 0,
      secondFactorRequired: true,
      identityProvider: undefined,
    };
    const api = await startApi(settings, createLogger('silent', 'test'));
    const page = await ui.visit(`${api.url}/citizens`);
    await enter(page, ADMIN);
    await see(page, /needs a second factor here/);
    await page.getByLabel('Current password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Next' }).click();
    const secret = (await page.getByLabel('Secret for the app').textContent()) ?? '';
    await page.getByLabel('Code', { exact: true }).fill(codeAt(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('status', { name: 'Recovery codes' }).waitFor();
    // Looking for somewhere to store them, they come back: the codes are still there.
    await page.evaluate('window.dispatchEvent(new Event("visibilitychange"))');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('heading', { name: 'Citizens', level: 1 }).waitFor();
    await page.goto(`${api.url}/account`);
    await see(page, /8 recovery codes are left/);
    expect(await page.getByRole('button', { name: 'Turn off' }).count()).toBe(0);
    await ui.service.db.administrator.updateMany({ data: NO_SECOND_FACTOR });
    await page.close();
    await api.stop();
  });
});

describe('the reader', () => {
  it('chooses language and colours, which are kept', async () => {
    const page = await ui.logIn('/integrations');
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Integrationen' }).waitFor();
    await page.getByRole('button', { name: 'Farben' }).click();
    await page.getByRole('menuitem', { name: 'Dunkel' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Integrationen' }).waitFor();
    const root = page.locator('html');
    expect(await root.getAttribute('lang')).toBe('de');
    expect(await root.getAttribute('data-mantine-color-scheme')).toBe('dark');
  });

  it('gets everywhere by keyboard, past the navigation with one key', async () => {
    const page = await ui.logIn('/integrations');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('leaves nothing for the browser to complain of', () => {
    expect(ui.complaints.filter((text) => !/status of 40[0134]/.test(text))).toEqual([]);
  });
});
