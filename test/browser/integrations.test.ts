import type { Page } from 'playwright-core';
import { bodyOf, eventually } from '../harness/service';
import { startTokenServer } from '../harness/token-server';
import { choose, see, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

describe('the list of integrations', () => {
  it('is searched by name and filtered by type', async () => {
    const app = await ui.service.application();
    await ui.service.subscribe(app, 'http://127.0.0.1:9/a', { name: 'Alpha' });
    await ui.service.subscribe(app, 'http://127.0.0.1:9/b', { name: 'Beta', updateType: 'citizen-emails' });
    const page = await ui.logIn('/integrations');
    const names = page.getByRole('table').getByRole('link');

    await names.filter({ hasText: 'Beta' }).waitFor();
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('alp');
    await names.filter({ hasText: 'Beta' }).waitFor({ state: 'detached' });
    expect(await names.count()).toBe(1);
    await page.getByRole('searchbox').fill('nothing of the kind');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await names.filter({ hasText: 'Alpha' }).waitFor();

    await choose(page, 'Type', 'Citizen Emails');
    await names.filter({ hasText: 'Alpha' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('updateType=citizen-emails');
  });
});

describe('the list of integrations in trouble', () => {
  it('is had by a filter, or by an order that has the worst first', async () => {
    const { service } = ui;
    const app = await service.application();
    await service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Broken' });
    await service.subscribe(app, (await service.receiver()).url, { name: 'Working' });
    const { deliveries } = await service.consent(app, 'anna', 'GRANTED');
    const page = await ui.logIn(`/integrations?applicationId=${app}`);
    const names = page.getByRole('table').getByRole('link');
    const first = async (name: RegExp): Promise<void> =>
      eventually(async () => expect(await names.first().textContent()).toMatch(name));
    await first(/^Working/);
    for (const { id } of deliveries)
      await eventually(async () => expect((await service.delivery(id)).attemptCount).toBeGreaterThan(0));
    await choose(page, 'Order', 'Worst health first');
    await first(/^Broken/);
    expect(await names.count()).toBe(2);
    await choose(page, 'Health', 'Failing');
    await names.filter({ hasText: 'Working' }).waitFor({ state: 'detached' });
    await first(/^Broken/);
    expect(page.url()).toContain('health=failing');
  });
});

describe('the form', () => {
  it("shows what is wrong at its field, in the API's words where only the API knows", async () => {
    const app = await ui.service.application();
    const page = await ui.logIn('/integrations/new');
    await page.getByLabel('URL').fill('example');
    await page.getByRole('button', { name: 'Create integration' }).click();
    await see(page, 'Enter a URL that begins with https:// or http://.');
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');

    await page.getByLabel('Name').fill('CRM');
    await page.getByLabel('URL').fill('https://user:secret@example.com/');
    await choose(page, 'Application', `Shop (${app})`);
    await page.getByRole('button', { name: 'Create integration' }).click();
    await see(page, 'Some fields need attention.');
    expect(await page.getByLabel('URL').getAttribute('aria-invalid')).toBe('true');
  });

  it('narrows an integration to a part of the catalogue, and widens it again', async () => {
    const app = await ui.service.application();
    const { id } = await ui.service.subscribe(app, 'http://127.0.0.1:9/a');
    const page = await ui.logIn(`/integrations/${id}/edit`);
    await choose(page, 'Options', 'newsletter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Only a part').waitFor();
    const stored = () => ui.service.ok('GET', `/v1/subscriptions/${id}`);
    await eventually(async () => expect((await stored()).filter).toMatchObject({ options: ['newsletter'] }));

    await page.goto(`/integrations/${id}/edit`);
    await page.getByRole('combobox', { name: 'Options' }).press('Backspace');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'CRM' }).waitFor();
    await eventually(async () => expect((await stored()).filter).toBeNull());
  });

  it('is asked for again when the URL leads to another host', async () => {
    const app = await ui.service.application();
    const [receiver, other] = [await ui.service.receiver(), await ui.service.receiver()];
    const { id } = await ui.service.subscribe(app, receiver.url, {
      authentication: { authType: 'bearer', bearerAuth: { token: 'the-old-token' } },
    });
    const page = await ui.logIn(`/integrations/${id}/edit`);
    await see(page, 'One is stored. Leave this empty to keep it.');
    await page.getByLabel('URL').fill(`${other.url}/hook`);
    await see(page, 'The stored one stays with the former address. Enter it again for the new one.');
    await page.getByRole('button', { name: 'Save' }).click();
    const token = page.getByLabel(/^Token/);
    await see(page, 'This is required.');
    await token.fill('the-new-token');
    await page.getByRole('button', { name: 'Send test' }).click();
    await eventually(() => expect(other.received.at(-1)?.headers.authorization).toBe('Bearer the-new-token'));
    expect(other.received).toHaveLength(1);
  });

  it('does not write over what somebody else has changed meanwhile, and shows it', async () => {
    const app = await ui.service.application();
    const { id } = await ui.service.subscribe(app, 'http://127.0.0.1:9/old');
    const page = await ui.logIn(`/integrations/${id}/edit`);
    await page.getByLabel('Name').fill('Renamed');
    await ui.service.ok('PATCH', `/v1/subscriptions/${id}`, { url: 'http://127.0.0.1:9/new' });
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, 'Somebody else has changed this meanwhile. Nothing was saved.');
    const stored = await ui.service.ok('GET', `/v1/subscriptions/${id}`);
    expect(stored).toMatchObject({ name: 'CRM', url: 'http://127.0.0.1:9/new' });

    await page.getByRole('button', { name: 'Show what is stored now' }).click();
    await eventually(async () =>
      expect(await page.getByLabel('URL').inputValue()).toBe('http://127.0.0.1:9/new'),
    );
    await page.getByLabel('Name').fill('Renamed');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    expect(await ui.service.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({
      ...{ name: 'Renamed', url: 'http://127.0.0.1:9/new' },
    });
  });

  it('never shows a stored token, keeps it where its field stays empty, and replaces it', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url, {
      authentication: { authType: 'bearer', bearerAuth: { token: 'the-old-token' } },
    });
    const page = await ui.logIn(`/integrations/${id}/edit`);
    const token = page.getByLabel('Token', { exact: true });
    expect(await token.inputValue()).toBe('');
    expect((await page.content()).includes('the-old-token')).toBe(false);
    await page.getByLabel('Name').fill('Renamed');
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /It works/);
    expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer the-old-token');

    await token.fill('the-new-token');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /It works/);
    expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer the-new-token');
  });
});

describe('an integration behind an OAuth 2.0 server', () => {
  it('is set up and tried in the form, and tells when no token is to be had', async () => {
    const client = { clientId: 'consent-webhooks', clientSecret: 'secret-of-the-client' };
    const server = await startTokenServer(client);
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const page = await ui.logIn('/integrations/new');
    await page.getByLabel('Name').fill('Profiles');
    await page.getByLabel('URL').fill(receiver.url);
    await choose(page, 'Application', `Shop (${app})`);
    await page.getByText('OAuth 2.0', { exact: true }).click();
    await page.getByRole('button', { name: 'Create integration' }).click();
    expect(await page.getByLabel('Client ID').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Token URL').fill(server.url);
    await page.getByLabel('Client ID').fill(client.clientId);
    await page.getByLabel('Client secret').fill(client.clientSecret);
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /It works/);
    expect(server.valid.has(receiver.received.at(-1)?.headers.authorization?.slice(7) ?? '')).toBe(true);

    await page.getByRole('button', { name: 'Create integration' }).click();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    server.behave('refuse');
    const { deliveries } = await ui.service.consent(app, 'anna', 'GRANTED');
    await page.goto(`${ui.service.url}/deliveries/${deliveries[0]?.id}`);
    await see(page, /The token endpoint refused: invalid_client \(HTTP 401\)/);
    server.behave('give');
    await ui.service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    await server.close();
  });

  it('offers to try again what has waited, also where no token is to be had', async () => {
    const client = { clientId: 'consent-webhooks', clientSecret: 'secret-of-the-client' };
    const server = await startTokenServer(client);
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const { id } = await service.subscribe(app, receiver.url, {
      authentication: { authType: 'oauth2', oauth2Auth: { tokenUrl: server.url, ...client } },
    });
    const anna = (await service.consent(app, 'anna', 'GRANTED')).deliveries[0]?.id ?? '';
    await service.untilStatus(anna, 'waiting');
    server.behave('refuse');
    receiver.behave({ kind: 'answer', status: 401 });
    const ben = (await service.consent(app, 'ben', 'GRANTED')).deliveries[0]?.id ?? '';
    const page = await ui.logIn(`/integrations/${id}`);
    await see(page, 'There is no access token.');
    receiver.behave({ kind: 'answer', status: 200 });
    server.behave('give');
    await page.getByRole('button', { name: 'Retry 2 waiting deliveries now' }).click();
    for (const delivery of [anna, ben]) await service.untilStatus(delivery, 'delivered');
    await server.close();
  });

  it('goes back to the credentials of the client once its refresh token is removed', async () => {
    const app = await ui.service.application();
    const client = { clientId: 'consent-webhooks', clientSecret: 'secret-of-the-client' };
    const oauth2Auth = {
      tokenUrl: 'http://127.0.0.1:9/token',
      ...client,
      refreshToken: 'refresh-0123456789',
    };
    const authentication = { authType: 'oauth2', oauth2Auth };
    const { id } = await ui.service.subscribe(app, 'http://127.0.0.1:9/a', { authentication });
    const page = await ui.logIn(`/integrations/${id}/edit`);
    await page.getByRole('checkbox', { name: 'Remove the stored refresh token' }).check();
    expect(await page.getByLabel('Refresh token', { exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, /Saved/);
    const shown = await ui.service.ok('GET', `/v1/subscriptions/${id}`);
    expect(shown.authentication).toMatchObject({
      oauth2Auth: { clientSecretSet: true, refreshTokenSet: false },
    });
  });
});

describe('headers of its own', () => {
  it('are added and removed in rows, tried before they are saved, and never shown', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url, {
      headers: [{ name: 'X-Tenant', value: 'tenant-of-acme' }],
    });
    const page = await ui.logIn(`/integrations/${id}/edit`);
    const value = page.getByLabel('Value of the header');
    expect(await value.inputValue()).toBe('');
    expect((await page.content()).includes('tenant-of-acme')).toBe(false);
    await page.getByRole('button', { name: 'Add header' }).click();
    await page.getByLabel('Name of the header').nth(1).fill('Host');
    await value.nth(1).fill('gateway-key');
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /must not be a header that webhooks set themselves/);
    await page.getByLabel('Name of the header').nth(1).fill('X-Gateway');
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /It works/);
    const both = { 'x-tenant': 'tenant-of-acme', 'x-gateway': 'gateway-key' };
    expect(receiver.received.at(-1)?.headers).toMatchObject(both);

    await page.getByRole('button', { name: 'Remove header' }).first().click();
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, 'X-Gateway');
    const { headers } = await ui.service.ok('GET', `/v1/subscriptions/${id}`);
    expect(headers).toEqual([{ name: 'X-Gateway', value: null, valueSet: true }]);
  });
});

describe('one integration', () => {
  it('is paused and resumed, with a word on what is lost', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url);
    const page = await ui.logIn(`/integrations/${id}`);

    await page.getByRole('button', { name: 'Pause' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('your system will never receive them').waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await see(page, 'This integration is paused.');
    await ui.service.consent(app, 'anna', 'GRANTED');

    await see(page, '1 change was skipped so far and will never be sent.');
    await page.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByText('1 change has been skipped so far.').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await see(page, /1 change was skipped while this integration was paused/);
    expect(receiver.received).toHaveLength(0);
  });

  it('shows its attempts over time', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url);
    const { deliveries } = await ui.service.consent(app, 'anna', 'GRANTED');
    await ui.service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    const page = await ui.logIn(`/integrations/${id}`);
    await see(page, '1 delivered, 0 failed attempts in this period.');
    await page.locator('.recharts-bar-rectangle path').first().waitFor();
  });

  it('gets a new signing secret, shown once', async () => {
    const app = await ui.service.application();
    const { id, signingSecret } = (await ui.service.subscribe(app, 'http://127.0.0.1:9/')) as {
      id: string;
      signingSecret: string;
    };
    const page = await ui.logIn(`/integrations/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'New signing secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New signing secret' }).click();
    const shown = await page.getByRole('status', { name: 'Signing secret' }).textContent();
    expect(shown).toMatch(/^whsec_/);
    expect(shown).not.toBe(signingSecret);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await page.content()).includes(shown ?? '')).toBe(false);
  });

  it('sends the state of everybody again', async () => {
    const app = await ui.service.application();
    for (const person of ['anna', 'ben']) await ui.service.consent(app, person, 'GRANTED');
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
    const page = await ui.logIn(`/integrations/${id}`);
    await page.getByRole('button', { name: 'Start resync' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start resync' }).click();
    await see(page, '2 of 2 people seen to, all queued');
    await see(page, '2 queued: 2 delivered, 0 waiting, 0 failed');
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const people = receiver.received.map((received) => bodyOf(received).externalRef as string);
    expect(people.sort()).toEqual(['anna', 'ben']);
  });

  it('advises a resync where there is one and it would help, until one was made, and again after an edit', async () => {
    const app = await ui.service.application();
    const advice = /A resync brings it up to date/;
    const skipping = async (updateType: string): Promise<{ id: string; page: Page }> => {
      const receiver = await ui.service.receiver();
      const { id } = await ui.service.subscribe(app, receiver.url, { updateType, status: 'paused' });
      await ui.service.consent(app, 'anna', 'GRANTED');
      await ui.service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'active' });
      const page = await ui.logIn(`/integrations/${id}`);
      await see(page, '1 change was skipped while this integration was paused.');
      return { id: id as string, page };
    };
    const receipts = await skipping('consent-receipts');
    expect(await receipts.page.getByText(advice).count()).toBe(0);

    const { id, page } = await skipping('effective-permission');
    await see(page, advice);
    await page.getByRole('button', { name: 'Start resync' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start resync' }).click();
    await page.getByText(advice).waitFor({ state: 'detached' });
    await see(page, '1 change was skipped while this integration was paused.');

    await ui.service.ok('PATCH', `/v1/subscriptions/${id}`, { name: 'Renamed' });
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    expect(await page.getByText(advice).count()).toBe(0);
    await ui.service.ok('PATCH', `/v1/subscriptions/${id}`, { filter: { options: ['newsletter'] } });
    await see(page, advice);
  });

  it('is deleted only after its name was typed', async () => {
    const app = await ui.service.application();
    const { id } = await ui.service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Old CRM' });
    const page = await ui.logIn(`/integrations/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete integration' }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type “Old CRM” to confirm').fill('Old CRM');
    await confirm.click();
    await see(page, '“Old CRM” was deleted.');
    expect((await ui.service.call('GET', `/v1/subscriptions/${id}`)).status).toBe(404);
  });

  it('leaves nothing for the browser to complain of', () => {
    // A page that asks again just as its integration is deleted is told 404.
    expect(ui.complaints.filter((text) => !/status of 4(00|04|12)/.test(text))).toEqual([]);
  });
});
