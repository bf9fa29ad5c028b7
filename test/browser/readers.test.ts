/** Times, long names, the focus and links within a page, as people meet them. */
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../harness/service';
import { see, tooWideBy, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

const HOUR = 3_600_000;

describe('times', () => {
  it('are told by days of the calendar of who reads them', async () => {
    const { service } = ui;
    const app = await service.application();
    // Wednesday, 09:00 in Tokyo, 01:00 in Berlin, and still Tuesday in New York.
    const expiresAt = '2031-06-04T00:00:00.000Z';
    const { id } = await service.subscribe(app, 'http://127.0.0.1:9/', {
      authentication: { authType: 'bearer', bearerAuth: { token: 'a-token-of-mine', expiresAt } },
    });
    const told = async (timezoneId: string, hoursBefore: number): Promise<string> => {
      const page = await ui.logIn('/account', { timezoneId });
      await page.clock.setFixedTime(Date.parse(expiresAt) - hoursBefore * HOUR);
      await page.goto(`/integrations/${id}`);
      const note = page.getByText(/The bearer token expires/);
      const text = (await note.textContent()) ?? '';
      await page.context().close();
      return /expires (.*?)\./.exec(text)?.[1] ?? text;
    };
    expect(await told('Asia/Tokyo', 47)).toBe('in 2 days');
    expect(await told('Asia/Tokyo', 30)).toBe('tomorrow');
    expect(await told('America/New_York', 47)).toBe('in 2 days');
    expect(await told('America/New_York', 40)).toBe('tomorrow');
    expect(await told('Asia/Tokyo', 20)).toBe('in 20 hours');
  });

  it('say their zone, where they are shown and where they are entered', async () => {
    const { service } = ui;
    const app = await service.application();
    const { id } = await service.subscribe(app, 'http://127.0.0.1:9/', {
      updateType: 'effective-permission',
    });
    const { citizenId, deliveries } = await service.consent(app, 'anna', 'GRANTED');
    const page = await ui.logIn('/account', { timezoneId: 'Asia/Tokyo' });
    const paths = [
      ...[`/integrations/${id}`, '/deliveries', `/deliveries/${deliveries[0]?.id}`],
      ...[`/citizens/${citizenId}`, '/citizens', '/audit', '/account'],
    ];
    for (const path of paths) {
      await page.goto(path);
      await page.locator('time').first().waitFor();
      const without = await page
        .locator('time')
        .evaluateAll((all) =>
          all
            .map((time) => time.getAttribute('title') ?? time.textContent ?? '')
            .filter((text) => !text.includes('GMT+9')),
        );
      expect({ path, without }).toEqual({ path, without: [] });
      const fields = await page
        .locator('input[type="datetime-local"]')
        .evaluateAll((all) => all.map((field) => (field as any).labels[0]?.textContent ?? ''));
      expect({ path, fields: fields.filter((label) => !label.includes('GMT+9')) }).toEqual({
        path,
        fields: [],
      });
    }
    await page.goto(`/integrations/${id}`);
    await see(page, 'Times are in GMT+9.');
    await page.getByRole('button', { name: 'Start resync' }).click();
    await page.getByLabel('Only citizens changed since (GMT+9)').waitFor();
  });
});

describe('a name of 120 characters', () => {
  it('breaks no page, on a desk and on a phone', async () => {
    const { service } = ui;
    const long = 'Donaudampfschifffahrtsgesellschaftskapitaen'.repeat(3).slice(0, 120);
    const app = await service.application();
    const at = `/v1/applications/${app}`;
    await service.ok('PUT', at, { name: long });
    await service.ok('PUT', `${at}/options/newsletter`, { name: long });
    await service.ok('PUT', `${at}/option-groups/all`, { name: long, optionIds: ['newsletter'] });
    const choices = [{ reference: 'long', label: long }];
    await service.ok('PUT', `${at}/preferences/topics`, { label: long, type: 'single', choices });
    await service.ok('PUT', `${at}/privacy-policies/p`, { name: long, reference: long });
    await service.ok('PUT', `${at}/permission-statements/s`, { reference: long, text: long });
    const { id } = await service.subscribe(app, `http://127.0.0.1:9/${long}`, {
      ...{ name: long, updateType: 'effective-permission', filter: { options: ['newsletter'] } },
    });
    const { citizenId, deliveries } = await service.consent(app, long.slice(0, 100), 'GRANTED');
    const page = await ui.logIn('/api-keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByLabel('Name').fill(long.slice(0, 100));
    await page.getByRole('checkbox', { name: 'see the catalogue' }).check();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    const sections = [
      ...['options', 'option-groups', 'preferences', 'privacy-policies', 'permission-statements', 'settings'],
    ];
    const paths = [
      ...['/overview', '/integrations', `/integrations/${id}`, `/integrations/${id}/edit`],
      ...[`/integrations/${id}/developers`, '/deliveries', `/deliveries/${deliveries[0]?.id}`],
      ...['/citizens', `/citizens/${citizenId}`, '/catalogue', '/templates', '/api-keys', '/audit'],
      ...sections.map((section) => `/catalogue/${app}/${section}`),
    ];
    const broken: unknown[] = [];
    for (const path of paths) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await eventually(async () => expect(await page.locator('[aria-busy="true"]').count()).toBe(0));
      for (const [width, height] of [
        [1280, 900],
        [390, 844],
      ] as const) {
        await page.setViewportSize({ width, height });
        // Charts take their new width a moment later.
        await eventually(async () => expect(await tooWideBy(page)).toBe(0), 3_000).catch(() => undefined);
        const by = await tooWideBy(page);
        const tables = await tablesTooWide(page);
        if (by > 0 || tables.length > 0) broken.push({ path, width, by, tables });
      }
    }
    expect(broken).toEqual([]);
  });
});

/** Tables of which a name has pushed columns out of sight. */
function tablesTooWide(page: Page): Promise<string[]> {
  return page
    .locator('table')
    .evaluateAll((tables) =>
      tables
        .filter((table) => table.parentElement && table.scrollWidth > table.parentElement.clientWidth)
        .map((table) => table.getAttribute('aria-label') ?? ''),
    );
}

describe('after a dialog', () => {
  const focused = async (element: Locator): Promise<void> =>
    eventually(async () =>
      expect(await element.evaluate((one) => one.ownerDocument.activeElement === one)).toBe(true),
    );

  it('the focus stands where it stood before', async () => {
    const { service } = ui;
    const app = await service.application();
    const { id } = await service.subscribe(app, 'http://127.0.0.1:9/');
    const page = await ui.logIn(`/integrations/${id}`);
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await focused(pause);

    const more = page.getByRole('button', { name: 'More actions' });
    await more.click();
    await page.getByRole('menuitem', { name: 'New signing secret' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(more);

    await page.goto(`/catalogue/${app}/options`);
    const edit = page.getByRole('button', { name: 'Edit newsletter' });
    await edit.click();
    await page.getByRole('dialog').getByLabel('Name').fill('Letters');
    await page.keyboard.press('Escape'); // asks, since something was entered
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(edit);

    // The button goes with its row.
    await page.getByRole('button', { name: 'Delete newsletter' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete newsletter' }).waitFor({ state: 'detached' });
    await focused(page.getByRole('main'));
  });
});

describe('a link to a part of a page', () => {
  it('leads there, and the focus with it', async () => {
    const { service } = ui;
    const app = await service.application();
    const { id } = await service.subscribe(app, 'http://127.0.0.1:9/', {
      authentication: {
        authType: 'bearer',
        bearerAuth: { token: 'a-token-of-mine', expiresAt: new Date(Date.now() + 30 * HOUR).toISOString() },
      },
    });
    const page = await ui.logIn(`/integrations/${id}`, { viewport: { width: 1280, height: 500 } });
    const credentials = page.getByRole('region', { name: 'Authentication' });
    const isShown = async (): Promise<void> => {
      await credentials.waitFor();
      await eventually(async () => {
        const box = await credentials.boundingBox();
        expect(box && box.y > -2 && box.y < 250).toBe(true);
        expect(await credentials.evaluate((part) => part.contains(part.ownerDocument.activeElement))).toBe(
          true,
        );
      });
    };
    await page.getByRole('link', { name: 'Replace the token' }).click();
    await isShown();
    await page.goto(`/integrations/${id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Replace credentials' }).click();
    await isShown();
  });
});
