import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { newId } from '../../src/platform/ids';
import { eventually } from '../harness/service';
import { ADMIN, enter, see, tooWideBy, Ui } from '../harness/ui';

let ui: Ui;
let paths: string[];
/** Those that change something, one of each kind. */
let changing: string[];
beforeAll(async () => {
  ui = await Ui.start();
  const { service } = ui;
  const app = await service.application();
  const receiver = await service.receiver();
  const good = await service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
  const failing = await service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Failing' });
  const { citizenId, deliveries } = await service.consent(app, 'anna', 'GRANTED');
  const to = (subscriptionId: string): string =>
    deliveries.find((delivery) => delivery.subscriptionId === subscriptionId)?.id ?? '';
  await service.untilStatus(to(good.id as string), 'delivered');
  await service.untilStatus(to(failing.id as string), 'waiting');
  const filter = { status: 'expired' };
  await service.ok('POST', '/v1/bulk-actions', { action: 'resend', filter }); // its progress is shown
  changing = [
    ...[`/integrations/${failing.id}`, `/deliveries/${to(failing.id as string)}`, `/citizens/${citizenId}`],
    ...['options', 'settings'].map((name) => `/catalogue/${app}/${name}`),
    '/templates',
  ];
  paths = [
    ...[
      '/overview',
      '/integrations',
      '/integrations/new',
      `/integrations/${good.id}`,
      `/integrations/${failing.id}`,
    ],
    ...[
      `/integrations/${good.id}/developers`,
      `/integrations/${good.id}/edit`,
      '/deliveries',
      `/deliveries/${to(good.id as string)}`,
    ],
    ...[`/deliveries/${to(failing.id as string)}`, '/citizens', `/citizens/${citizenId}`, '/catalogue'],
    ...['options', 'option-groups', 'preferences', 'settings'].map((name) => `/catalogue/${app}/${name}`),
    ...['/templates', '/alerts', '/api-keys', '/audit', '/account', '/nowhere'],
  ];
});
afterAll(() => ui.stop());

/** Waits until a page shows all that it has asked for. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await eventually(async () => expect(await page.locator('[aria-busy="true"]').count()).toBe(0));
}

interface Look {
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  /** The rules of axe that are looked at; absent: all. */
  readonly axe?: string[];
}

const DESK = { width: 1280, height: 720 };

const LOOKS: Readonly<Record<string, Look>> = {
  light: { colorScheme: 'light', viewport: DESK },
  // The same page in other colours.
  dark: { colorScheme: 'dark', viewport: DESK, axe: ['color-contrast', 'link-in-text-block'] },
  'phone-sized': {
    ...{ colorScheme: 'light', viewport: { width: 390, height: 844 } },
    // What is shown as another element, or in another place, on a narrow page.
    axe: ['aria-hidden-focus', 'button-name', 'link-name', 'scrollable-region-focusable', 'target-size'],
  },
};

describe('every page, light, dark and phone-sized', () => {
  it('has nothing for axe to find, fits its width, and breaks no rule of its content security policy', async () => {
    const outside = await ui.visit('/');
    await outside.getByRole('heading', { level: 1 }).waitFor();
    await expectWell(outside, 'log in');
    await outside.context().close();
    const inside = await ui.logIn('/');
    for (const path of paths) {
      await open(inside, path);
      await expectWell(inside, path);
    }
    expect(ui.complaints).toEqual([]);
  });
});

async function expectWell(page: Page, path: string): Promise<void> {
  for (const [look, { colorScheme, viewport, axe }] of Object.entries(LOOKS)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    expect({ path, look, violations: await violations(page, axe), tooWideBy: await tooWideBy(page) }).toEqual(
      { path, look, violations: [], tooWideBy: 0 },
    );
  }
}

/** No page has frames: what axe finds in them need not be put together on a page of its own, as it does otherwise. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode();
  const { violations: found } = await (rules ? builder.withRules(rules) : builder).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('the help', () => {
  it('is found from any page, searched, and has nothing for axe to find, light and dark', async () => {
    const inside = await ui.logIn('/audit');
    const link = inside.getByRole('link', { name: 'Help', exact: true });
    expect(await link.getAttribute('href')).toBe('/help/guides/data-protection');
    const page = await ui.visit('/help/');
    await page.getByRole('heading', { level: 1, name: 'Help' }).waitFor();
    await expectWell(page, '/help/');
    await page
      .getByRole('button', { name: /^Search/ })
      .first()
      .click();
    await page.getByRole('searchbox').fill('withdrawal');
    await page
      .getByRole('option', { name: /See that a withdrawal arrives/ })
      .first()
      .click();
    await page.waitForURL('**/help/guides/data-protection#see-that-a-withdrawal-arrives');
    await page.getByRole('heading', { level: 1, name: 'For data protection officers' }).waitFor();
    await expectWell(page, '/help/guides/data-protection');
    await page.getByRole('link', { name: 'Audit trail' }).first().click(); // of the service, not of the site
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/audit');
    expect(ui.complaints).toEqual([]);
  });
});

/** What changes something, by name; looking, filtering and saving a file are for everybody. */
const CHANGES =
  /^(New|Record|Add|Pause|Edit|More|Retry|Send|Give up|All of these|Start|Save|Delete|Test|Change|Replace)\b/;

/** What a page offers for use that changes something. */
async function offered(page: Page, path: string): Promise<string[]> {
  await open(page, path);
  const names = await page
    .locator('#main')
    .locator('a, button:enabled')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''));
  return names.filter((name) => CHANGES.test(name));
}

describe('who may only look', () => {
  it('is offered nothing that would be refused, and told why fields take nothing', async () => {
    const { db } = ui.service;
    const owner = await db.administrator.findFirstOrThrow();
    const viewer = { ...ADMIN, email: 'victor@example.com' };
    await db.administrator.create({ data: { ...owner, id: newId(), email: viewer.email, role: 'viewer' } });
    const theirs = await ui.visit('/');
    await enter(theirs, viewer);
    await see(theirs, 'Viewer: sees everything');
    const refused: string[] = [];
    theirs.on('response', (answer) => {
      if (answer.status() === 403) refused.push(answer.url());
    });
    const page = await ui.logIn();
    for (const path of changing) {
      expect({ path, offered: await offered(page, path) }).not.toEqual({ path, offered: [] });
      expect({ path, offered: await offered(theirs, path) }).toEqual({ path, offered: [] });
      const fields = await theirs.locator('form input:enabled, form textarea:enabled').count();
      expect({ path, fields }).toEqual({ path, fields: 0 });
    }
    await see(theirs, /lets you look at this, and not change it/);
    expect(refused).toEqual([]);
  });
});

describe('the first page', () => {
  it('takes less than 300 KB of compressed script', async () => {
    const { gzipSync } = await import('node:zlib');
    const page = await ui.visit('about:blank');
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(`${ui.service.url}/`);
    await see(page, 'Log in');
    await page.waitForLoadState('networkidle');
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThan(300_000);
  });
});
