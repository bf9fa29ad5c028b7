import { bodyOf, eventually } from '../harness/service';
import { choose, see, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

describe('citizens', () => {
  it('are found by any part of their reference, with what is in effect and how it came about', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    await ui.service.subscribe(app, receiver.url, { name: 'CRM' });
    await ui.service.consent(app, 'anna-1', 'GRANTED');
    await ui.service.consent(app, 'anna-1', 'DENIED');
    await ui.service.consent(app, 'ben-1', 'GRANTED');

    const page = await ui.logIn('/citizens');
    await page.getByRole('link', { name: 'ben-1' }).waitFor();
    await page.getByRole('searchbox').fill('NNA');
    await page.getByRole('link', { name: 'ben-1' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'anna-1' }).click();

    const permissions = page.getByRole('region', { name: 'Permissions in effect' });
    await permissions.getByText('Denied').waitFor();
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText('Change 1').waitFor();
    await history.getByRole('link', { name: 'CRM Delivered' }).first().waitFor();
    await ui.service.consent(app, 'anna-1', 'GRANTED');
    await permissions.getByText('Granted').waitFor();
    await page.getByRole('button', { name: 'As the webhook' }).click();
    await see(page, /"externalRef": "anna-1"/);
  });

  it('have a history that says what people call things, and can be turned back', async () => {
    const { service } = ui;
    const app = await service.application({ name: 'Bicycle shop' });
    await service.ok('PUT', `/v1/applications/${app}/options/newsletter`, { name: 'News by e-mail' });
    const { citizenId } = await service.consent(app, 'named', 'GRANTED');
    await service.ok('POST', '/v1/preferences/submissions', {
      ...{ applicationId: app, externalRef: 'named' },
      preferences: [{ preference: 'colour', choices: ['blue'] }],
    });
    for (let turn = 0; turn < 20; turn += 1) await service.consent(app, 'named', 'GRANTED');
    const page = await ui.logIn(`/citizens/${citizenId}`);
    await see(page, 'Bicycle shop');
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText('News by e-mail').first().waitFor();
    for (const range of ['11–20 of 22', '21–22 of 22']) {
      await history.getByRole('button', { name: 'Next' }).click();
      await history.getByText(range).waitFor();
    }
    await history.getByText('Colour: Blue').waitFor();
    expect(await history.getByText('newsletter').count()).toBe(0);
    await page.goBack();
    await history.getByText('11–20 of 22').waitFor();
    await page.goBack();
    await history.getByText('1–10 of 22').waitFor();
  });

  it('answer preferences by hand, with what their catalogue has', async () => {
    const app = await ui.service.application();
    const { citizenId } = await ui.service.consent(app, 'cleo', 'GRANTED');
    const page = await ui.logIn(`/citizens/${citizenId}`);
    await page.getByRole('button', { name: 'Record a change' }).click();
    await choose(page, 'Preference', 'Colour');
    await choose(page, 'Choices', 'Blue');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await see(page, /Recorded. No integration/);
    await page.getByRole('link', { name: 'Show citizen' }).click();
    await page.getByRole('region', { name: 'Preferences in effect' }).getByText('Blue').waitFor();
  });

  it('have all recorded by hand that a program can record', async () => {
    const { service } = ui;
    const app = await service.application();
    const at = `/v1/applications/${app}`;
    await service.ok('PUT', `${at}/privacy-policies/privacy-2026`, {
      reference: 'P26',
      name: 'Privacy 2026',
    });
    await service.ok('PUT', `${at}/permission-statements/words-3`, {
      reference: 'Words 3',
      text: 'I agree.',
    });
    const { id } = await service.ok('POST', '/v1/citizens', { applicationId: app, externalRef: 'emil' });
    const page = await ui.logIn(`/citizens/${id}`, { timezoneId: 'Asia/Tokyo' });
    await page.getByRole('button', { name: 'Record a change' }).click();
    await choose(page, 'Permission', 'newsletter');
    await choose(page, 'State', 'Denied');
    await page.getByLabel('Valid from (GMT+9)').fill('2026-01-01T09:00');
    await page.getByLabel('Valid until (GMT+9)').fill('2025-01-01T09:00');
    await page.getByLabel('Given at (GMT+9)').fill('2026-01-02T09:30');
    await page.getByRole('button', { name: 'How it came about' }).click();
    await page.getByLabel('Channel').fill('phone');
    await page.getByLabel('Campaign').fill('spring');
    await choose(page, 'Privacy policy', 'Privacy 2026');
    await choose(page, 'Statement', 'Words 3');
    await page.getByLabel('Recorded by').fill('agent-7');
    await page.getByLabel('On behalf of the citizen').fill('guardian-1');
    await page.getByLabel('Their name').nth(1).fill('Grete');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await eventually(async () =>
      expect(await page.getByLabel('Valid until (GMT+9)').getAttribute('aria-invalid')).toBe('true'),
    );
    await page.getByLabel('Valid until (GMT+9)').fill('2036-01-01T09:00');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await see(page, /Recorded\./);
    const { permissions } = await service.ok('GET', `/v1/permissions?applicationId=${app}&externalRef=emil`);
    expect(permissions[0]).toMatchObject({
      ...{ optionId: 'newsletter', state: 'DENIED', channel: 'phone', campaign: 'spring' },
      ...{ privacyPolicyId: 'privacy-2026', permissionStatementId: 'words-3' },
      ...{ validFrom: '2026-01-01T00:00:00.000Z', validUntil: '2036-01-01T00:00:00.000Z' },
      obtainedAt: '2026-01-02T00:30:00.000Z',
      ...{ recordedBy: 'agent-7', recordedByName: null },
      ...{ delegatedAuthorityId: 'guardian-1', delegatedAuthorityName: 'Grete' },
    });
  });

  it('are deleted after their reference was typed, and receivers are told', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    await ui.service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
    const { citizenId } = await ui.service.consent(app, 'dora', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(1));

    const page = await ui.logIn(`/citizens/${citizenId}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel('Type “dora” to confirm').fill('dora');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await see(page, 'The citizen was deleted.');
    await eventually(() => expect(receiver.received).toHaveLength(2));
    expect(bodyOf(receiver.received[1] as { body: string })).toMatchObject({ permissions: [] });
  });
});

describe('the catalogue', () => {
  it('takes a preference with its choices, and refuses to delete what is in use', async () => {
    const app = await ui.service.application();
    await ui.service.consent(app, 'anna', 'GRANTED');
    const page = await ui.logIn(`/catalogue/${app}/preferences`);
    await page.getByRole('button', { name: 'Add preference' }).click();
    await page.getByLabel('ID').fill('topics');
    await page.getByLabel('Label', { exact: false }).first().fill('Topics');
    await page.getByLabel('Label of choice 1').fill('Garden');
    await page.getByLabel('Reference of choice 1').fill('garden');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Garden' }).waitFor();

    await page.getByRole('tab', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Delete newsletter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
  });

  it("holds the application's settings", async () => {
    const app = await ui.service.application();
    const page = await ui.logIn(`/catalogue/${app}/settings`);
    await page.getByLabel('Sender’s address').fill('hello@example.com');
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, 'Saved.');
    expect(await ui.service.ok('GET', `/v1/applications/${app}`)).toMatchObject({
      sender: { email: 'hello@example.com', name: null },
    });
  });
});

describe('what two people change at once', () => {
  it('is refused to the second of them, who then sees what the first has written', async () => {
    const app = await ui.service.application();
    const page = await ui.logIn(`/catalogue/${app}/options`);
    await page
      .getByRole('row', { name: /newsletter/ })
      .getByRole('button', { name: 'Edit' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Mine');
    await ui.service.ok('PUT', `/v1/applications/${app}/options/newsletter`, { name: 'Theirs' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await see(page, 'Somebody else has changed this meanwhile. Nothing was saved.');
    await dialog.getByRole('button', { name: 'Show what is stored now' }).click();
    await eventually(async () => expect(await dialog.getByLabel('Name').inputValue()).toBe('Theirs'));
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('is not replaced by what is new only to one of them', async () => {
    const app = await ui.service.application();
    const page = await ui.logIn(`/catalogue/${app}/options`);
    await page.getByRole('button', { name: 'Add option' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Id').fill('newsletter');
    await dialog.getByLabel('Name').fill('Another');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await see(page, 'This exists already. Nothing was saved.');
    expect(await ui.service.ok('GET', `/v1/applications/${app}/options/newsletter`)).toMatchObject({
      name: 'newsletter',
    });
  });
});

describe('e-mail templates', () => {
  it('are shown as they will look while they are written, and saved', async () => {
    const app = await ui.service.application();
    const page = await ui.logIn(`/templates?applicationId=${app}&locale=en`);
    const email = page.getByRole('region', { name: 'The e-mail' });
    const builtIn = await ui.service.ok(
      'GET',
      `/v1/applications/${app}/email-templates/double-opt-in/en/built-in`,
    );
    const mjml = page.getByLabel('Layout (MJML)');
    await eventually(async () => expect(await mjml.inputValue()).toBe(builtIn.mjml));
    await see(page, 'item.privacyPolicy.url');
    await mjml.fill(builtIn.mjml.replace('<mj-column>', '<mj-column><mj-text>our shop</mj-text>'));
    await email.getByText('our shop').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, 'Saved.');
    await page.getByRole('button', { name: 'Delete' }).waitFor();
    expect(
      await ui.service.ok('GET', `/v1/applications/${app}/email-templates/double-opt-in/en`),
    ).toMatchObject({ subject: builtIn.subject });
  });

  it('leave nothing for the browser to complain of', () => {
    // A citizen's page that asks again just as the citizen is deleted is told 404.
    expect(ui.complaints.filter((text) => !/status of (400|404|409|412)/.test(text))).toEqual([]);
  });
});
