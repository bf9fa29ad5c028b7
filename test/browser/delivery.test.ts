import { readFile } from 'node:fs/promises';
import { eventually } from '../harness/service';
import { choose, see, tooWideBy, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

/** A delivery whose first cycle has failed. */
async function waiting(): Promise<{ id: string; receiver: Awaited<ReturnType<typeof ui.service.receiver>> }> {
  const app = await ui.service.application();
  const receiver = await ui.service.receiver();
  receiver.behave({ kind: 'answer', status: 500, body: '{"error":"out of order"}' });
  await ui.service.subscribe(app, receiver.url, {
    authentication: { authType: 'bearer', bearerAuth: { token: 'very-secret' } },
  });
  const { deliveries } = await ui.service.consent(app, 'anna', 'GRANTED');
  const id = deliveries[0]?.id ?? '';
  await ui.service.untilStatus(id, 'waiting');
  return { id, receiver };
}

describe('one delivery', () => {
  it('tells of its attempts and waits, counts down, and is tried again at once on demand', async () => {
    const { id, receiver } = await waiting();
    const page = await ui.logIn(`/deliveries/${id}`);
    for (const attempt of [1, 2, 3]) await see(page, `Attempt ${attempt}: Failed`);
    expect(await page.getByRole('term').filter({ hasText: 'Reason' }).count()).toBe(0); // it is not cancelled
    expect(await page.getByRole('timer').textContent()).toMatch(/^(59:\d\d|1:00:00)$/);
    await see(page, /out of order/);
    await see(page, /authorization: /i);
    expect((await page.content()).includes('very-secret')).toBe(false);
    const temporal = page.getByRole('link', { name: 'Open in Temporal' });
    expect(await temporal.getAttribute('href')).toContain(`/workflows/delivery-${id}`);

    receiver.behave({ kind: 'answer', status: 200 });
    await page.getByRole('button', { name: 'Retry now' }).click();
    await see(page, 'Attempt 4: Delivered');
    await see(page, /^Waited /);
  });

  it('says why each cycle began, and leads to the delivery that it had to wait for', async () => {
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    await service.subscribe(app, receiver.url);
    const record = async (state: string): Promise<string> =>
      (await service.consent(app, 'anna', state)).deliveries[0]?.id ?? '';
    const first = await record('GRANTED');
    await service.untilStatus(first, 'waiting');
    const second = await record('DENIED');
    await eventually(async () => {
      expect(await service.delivery(first)).toMatchObject({ status: 'waiting', cycle: 2 });
      expect(await service.delivery(second)).toMatchObject({ status: 'blocked' });
    });
    receiver.behave({ kind: 'answer', status: 200 });
    const page = await ui.logIn(`/deliveries/${first}`);
    await page.getByRole('button', { name: 'Retry now' }).click();
    await see(page, 'Attempt 7: Delivered');
    await see(page, /cycle 1, since the change was recorded/);
    await see(page, /cycle 2, since a newer change of the citizen waits behind it/);
    await see(page, /cycle 3, since somebody asked for it/);

    await page.goto(`/deliveries/${second}`);
    await see(page, /cycle 1, since the other delivery of the citizen that it had waited for is over/);
    await page.getByRole('link', { name: 'Show that delivery' }).click();
    await page.waitForURL(`**/deliveries/${first}`);
  });

  it('shows its payload on demand only', async () => {
    const { id } = await waiting();
    const page = await ui.logIn(`/deliveries/${id}`);
    const show = page.getByRole('button', { name: 'Show payload' });
    await show.waitFor();
    expect((await page.content()).includes('externalRef')).toBe(false);
    await show.click();
    await see(page, /"externalRef": "anna"/);
  });

  it('is given up after a question, and sent again later', async () => {
    const { id, receiver } = await waiting();
    const page = await ui.logIn(`/deliveries/${id}`);
    await page.getByRole('button', { name: 'Give up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    const again = page.getByRole('button', { name: 'Send again' });
    await again.waitFor();
    receiver.behave({ kind: 'answer', status: 200 });
    await again.click();
    await see(page, 'Attempt 4: Delivered');
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(id);
  });
});

describe('what a deleted integration was sent', () => {
  it('keeps its name, and nothing leads to where it was or offers what would be refused', async () => {
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    const { id } = await service.subscribe(app, receiver.url, { name: 'Old CRM' });
    const { citizenId, deliveries } = await service.consent(app, 'anna-of-old', 'GRANTED');
    const delivery = deliveries[0]?.id ?? '';
    await service.untilStatus(delivery, 'delivered');
    const page = await ui.logIn(`/deliveries/${delivery}`);
    await page.getByRole('button', { name: 'Send again' }).waitFor();
    await service.ok('DELETE', `/v1/subscriptions/${id}`);

    await page.reload();
    await page.getByRole('definition').filter({ hasText: 'Old CRM (deleted)' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
    expect(await page.locator(`a[href*="${id}"]`).count()).toBe(0);
    await page.goto(`/deliveries?subscriptionId=${id}`);
    await page.getByRole('cell', { name: 'Old CRM (deleted)' }).waitFor();
    await eventually(async () =>
      expect(await page.getByRole('combobox', { name: 'Integration' }).inputValue()).toBe(
        'Old CRM (deleted)',
      ),
    );
    await page.goto(`/citizens/${citizenId}`);
    await page.getByRole('link', { name: 'Old CRM (deleted) Delivered' }).waitFor();
    expect(ui.complaints).toEqual([]);
    await page.goto(`/integrations/${id}`);
    await page.getByRole('link', { name: 'What it was sent' }).click();
    await page.getByRole('cell', { name: 'Old CRM (deleted)' }).waitFor();
    expect(ui.complaints.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
  });
});

describe('the log of deliveries', () => {
  it('shows new ones by itself and is filtered by status', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const { id } = await ui.service.subscribe(app, receiver.url, { name: 'Live one' });
    const page = await ui.logIn(`/integrations/${id}`);
    await see(page, 'No deliveries yet');
    await ui.service.consent(app, 'anna', 'GRANTED');
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'Delivered' }).waitFor();

    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Waiting' }).click();
    await see(page, 'Nothing matches');
    await eventually(() => expect(page.url()).toContain('status=waiting'));
    expect(ui.complaints).toEqual([]);
  });

  it('is searched, saved, and acted on as a whole', async () => {
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 503 });
    await service.subscribe(app, receiver.url, { name: 'Searched' });
    for (const name of ['search-1', 'search-2']) {
      const { deliveries } = await service.consent(app, name, 'GRANTED');
      await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    }
    const page = await ui.logIn('/deliveries');
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await page.getByLabel('Reference of the citizen').fill('search-1');
    await eventually(async () => expect(await rows.count()).toBe(2));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await choose(page, 'Status', 'Undelivered');
    await page.getByLabel('Status code').fill('503');
    await eventually(async () => expect(await rows.count()).toBe(3));
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const text = await readFile(await (await saved).path(), 'utf8');
    expect(text.match(/search-\d/g)).toEqual(['search-2', 'search-1']);

    receiver.behave({ kind: 'answer', status: 200 });
    await page.getByRole('button', { name: 'All of these …' }).click();
    await page.getByRole('menuitem', { name: 'Retry all now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry all now' }).click();
    await see(page, /2 of 2 done, 0 passed over, 0 left/);
    await see(page, /2 delivered, 0 yet to be/);
    await see(page, 'Nothing matches');
    expect(ui.complaints).toEqual([]);
  });

  it('is turned back page by page by the way back of the browser, and narrowed to one integration', async () => {
    const { service } = ui;
    const app = await service.application();
    const { id } = await service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Paged' });
    await service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Beside it' });
    for (let person = 0; person < 22; person += 1) await service.consent(app, `paged-${person}`, 'GRANTED');
    const page = await ui.logIn('/deliveries');
    const pages = page.getByRole('navigation', { name: 'Pages' });
    const shows = (range: RegExp) => pages.getByText(range).waitFor();
    await shows(/^1–20 of/);
    for (const range of [/^21–40 of/, /^41–/]) {
      await pages.getByRole('button', { name: 'Next' }).click();
      await shows(range);
    }
    await page.goBack();
    await shows(/^21–40 of/);
    await page.goBack();
    await shows(/^1–20 of/);
    await choose(page, 'Integration', 'Paged');
    await shows(/^1–20 of 22$/);
    expect(page.url()).toContain(`subscriptionId=${id}`);
  });

  it('fits a screen of middling width', async () => {
    await waiting();
    const page = await ui.logIn('/deliveries', { viewport: { width: 900, height: 900 } });
    await page.getByRole('table', { name: 'Deliveries' }).waitFor();
    expect(await tooWideBy(page)).toBe(0);
  });

  it('names the citizen of each delivery and leads to them, as long as there is one', async () => {
    const { service } = ui;
    const app = await service.application();
    const { id } = await service.subscribe(app, (await service.receiver()).url);
    const { citizenId, deliveries } = await service.consent(app, 'customer-4711', 'GRANTED');
    const page = await ui.logIn('/deliveries');
    const table = page.getByRole('table', { name: 'Deliveries' });
    await table.getByRole('columnheader', { name: 'Citizen' }).waitFor();
    const heading = page.getByRole('heading', { level: 1, name: 'customer-4711' });
    await table.getByRole('link', { name: 'customer-4711' }).click();
    await heading.waitFor();

    await page.goto(`/deliveries/${deliveries[0]?.id}`);
    await page.getByRole('link', { name: 'customer-4711' }).click();
    await heading.waitFor();

    await service.ok('DELETE', `/v1/citizens/${citizenId}`);
    await page.goto(`/integrations/${id}`);
    await table.getByRole('cell', { name: 'Deleted' }).first().waitFor();
    expect(await page.getByText('customer-4711').count()).toBe(0);
    await page.goto(`/deliveries/${deliveries[0]?.id}`);
    await page.getByRole('definition').filter({ hasText: 'Deleted' }).waitFor();
    expect(ui.complaints).toEqual([]);
  });
});
