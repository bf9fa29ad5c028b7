import { createLogger } from '../../src/platform/logger';
import { startApi, type RunningApi } from '../../src/bin/parts/api';
import { bodyOf, eventually } from '../harness/service';
import { ADMIN, choose, see, Ui } from '../harness/ui';

let ui: Ui;
let api: RunningApi;
beforeAll(async () => {
  ui = await Ui.start({ admin: { email: undefined, password: undefined } });
  // It alone tells the setup code, as it prints it for an operator.
  api = await startApi(ui.service.config, createLogger('silent', 'test'));
});
afterAll(async () => {
  await api.stop();
  await ui.stop();
});

describe('somebody who has just installed the service', () => {
  it('becomes administrator, sets an integration up, tries it, and sees a change delivered, all in the UI', async () => {
    const receiver = await ui.service.receiver();
    const page = await ui.visit('/');

    await page.getByLabel('Setup code').fill(api.setupCode ?? '');
    await page.getByLabel('E-mail address').fill(ADMIN.email);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Create and log in' }).click();

    await see(page, 'Create your first integration');
    await page.getByRole('link', { name: 'New integration' }).click();
    await page.getByLabel('Name').fill('CRM');
    await page.getByRole('button', { name: 'New application' }).click();
    const dialog = page.getByRole('dialog', { name: 'New application' });
    await dialog.getByLabel('Name').fill('My Shop');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByLabel('URL').fill(`${receiver.url}/hooks`);
    await page.getByText('API key', { exact: true }).click();
    await page.getByLabel('Field name').fill('X-Shop-Key');
    await page.getByLabel(/^Key/).fill('s3cret-key');

    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /Your system answered 200 .* It works/);
    expect(receiver.received[0]?.headers).toMatchObject({ 'x-cpm-test': 'true', 'x-shop-key': 's3cret-key' });

    await page.getByRole('button', { name: 'Create integration' }).click();
    const secret = page.getByRole('status', { name: 'Signing secret' });
    expect(await secret.textContent()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await see(page, 'Nothing sent yet');

    await page.getByRole('link', { name: 'Catalogue' }).click();
    await page.getByRole('link', { name: 'My Shop' }).click();
    await page.getByRole('button', { name: 'Add option' }).click();
    await page.getByLabel('ID').fill('newsletter');
    await page.getByLabel('Name').fill('Newsletter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Newsletter', exact: true }).waitFor();

    await page.getByRole('link', { name: 'Citizens' }).click();
    await page.getByRole('button', { name: 'Record a change' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reference' }).fill('customer-1');
    await choose(page, 'Permission', 'Newsletter');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await see(page, '1 delivery has started:');
    await page.getByRole('link', { name: 'Delivery to CRM' }).click();

    await see(page, 'Attempt 1: Delivered');
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const [, received] = receiver.received;
    expect(received?.headers['x-shop-key']).toBe('s3cret-key');
    expect(bodyOf(received as { body: string })).toMatchObject({
      applicationId: 'my-shop',
      externalRef: 'customer-1',
      permissions: [{ optionId: 'newsletter', state: 'GRANTED' }],
    });
    expect(ui.complaints).toEqual([]);
  });
});
