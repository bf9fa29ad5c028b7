import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { see, tooWideBy, Ui } from '../harness/ui';

let ui: Ui;
let paths: string[];
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
  paths = [
    ...['/integrations', '/integrations/new', `/integrations/${good.id}`, `/integrations/${failing.id}`],
    ...[`/integrations/${good.id}/edit`, '/deliveries', `/deliveries/${to(good.id as string)}`],
    ...[`/deliveries/${to(failing.id as string)}`, '/citizens', `/citizens/${citizenId}`, '/catalogue'],
    ...['options', 'option-groups', 'preferences', 'settings'].map((name) => `/catalogue/${app}/${name}`),
    ...['/templates', '/alerts', '/api-keys', '/audit', '/account', '/nowhere'],
  ];
});
afterAll(() => ui.stop());

interface Look {
  readonly options: BrowserContextOptions;
  /** The rules of axe that are looked at; absent: all. */
  readonly axe?: string[];
}

const LOOKS: Readonly<Record<string, Look>> = {
  light: { options: {} },
  dark: { options: { colorScheme: 'dark' }, axe: ['color-contrast', 'link-in-text-block'] }, // the same page in other colours
  'phone-sized': {
    options: { viewport: { width: 390, height: 844 } },
    // What is shown as another element, or in another place, on a narrow page.
    axe: ['aria-hidden-focus', 'button-name', 'link-name', 'scrollable-region-focusable', 'target-size'],
  },
};

describe.each(Object.entries(LOOKS))('every page, %s', (_name, { options, axe }) => {
  it('has nothing for axe to find, fits its width, and breaks no rule of its content security policy', async () => {
    const page = await ui.visit('/', options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await violations(page, axe)).toEqual([]);
    await page.context().close();
    const inside = await ui.logIn('/', options);
    for (const path of paths) {
      await inside.goto(path);
      await inside.getByRole('heading', { level: 1 }).waitFor();
      await inside.waitForLoadState('networkidle');
      expect({
        path,
        violations: await violations(inside, axe),
        tooWideBy: await tooWideBy(inside),
      }).toEqual({ path, violations: [], tooWideBy: 0 });
    }
    expect(ui.complaints).toEqual([]);
  }, 300_000);
});

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page });
  const { violations: found } = await (rules ? builder.withRules(rules) : builder).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

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
