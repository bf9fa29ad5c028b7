import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Mailbox } from '../harness/double-opt-in';
import { TestService } from '../harness/service';
import { launchBrowser } from '../harness/ui';

/** To look at. */
const SCREENSHOTS = path.join(tmpdir(), 'cpm-screenshots');

let service: TestService;
let browser: Browser;
let mailbox: Mailbox;
let citizens = 0;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  service = await TestService.start();
  browser = await launchBrowser();
  mailbox = await Mailbox.open(service, {
    name: 'Müller & Söhne <script>alert(1)</script>',
    confirmPage: { accent: '#7b2d8b', returnUrl: 'https://shop.example/' },
  });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const WORDS = {
  en: {
    heading: 'Confirm your consent',
    confirm: 'Confirm',
    decline: 'Decline',
    thanks: 'Thank you',
    declined: 'You have declined',
    again: 'You have confirmed already',
  },
  de: {
    heading: 'Bestätigen Sie Ihre Einwilligung',
    confirm: 'Bestätigen',
    decline: 'Ablehnen',
    thanks: 'Vielen Dank',
    declined: 'Sie haben abgelehnt',
    again: 'Sie haben bereits bestätigt',
  },
} as const;

async function newLink(locale: string): Promise<{ url: string; html: string; citizen: string }> {
  const citizen = `citizen-${(citizens += 1)}`;
  await mailbox.submit(citizen, { locale });
  const { confirmUrl: url, html } = await mailbox.email(citizens);
  return { url, html, citizen };
}

async function withPage(javaScriptEnabled: boolean, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 480, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => void complaints.push(message.text()));
  page.on('dialog', (dialog) => void complaints.push(dialog.message()));
  page.on('request', (request) => {
    if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  await use(page);
  await context.close();
  expect([complaints, elsewhere]).toEqual([[], []]);
}

describe.each(['en', 'de'] as const)('the confirm page in %s', (locale) => {
  const words = WORDS[locale];

  it.each([true, false])('confirms with one press of a button (JavaScript: %s)', async (javaScript) => {
    const { url, citizen } = await newLink(locale);
    await withPage(javaScript, async (page) => {
      await page.goto(url);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(words.heading);
      expect(await page.title()).toContain('Müller & Söhne <script>alert(1)</script>');
      await page.screenshot({ path: path.join(SCREENSHOTS, `confirm-${locale}.png`), fullPage: true });
      expect(await mailbox.states(citizen)).toEqual({ newsletter: 'PENDING' });
      await page.getByRole('button', { name: words.confirm }).click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(words.thanks);
      await page.screenshot({ path: path.join(SCREENSHOTS, `confirmed-${locale}.png`), fullPage: true });
      expect(await mailbox.states(citizen)).toEqual({ newsletter: 'GRANTED' });
      await page.goto(url);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(words.again);
    });
  });

  it('declines with the other one, by keyboard alone', async () => {
    const { url, citizen } = await newLink(locale);
    await withPage(false, async (page) => {
      await page.goto(url);
      for (let stop = 0; stop < 3; stop++) await page.keyboard.press('Tab'); // policy, confirm, decline
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.declined }).waitFor();
    });
    expect(await mailbox.states(citizen)).toEqual({ newsletter: 'DENIED' });
  });

  it('and its e-mail have no accessibility fault that axe knows of', async () => {
    const { url, html } = await newLink(locale);
    for (const open of [(page: Page) => page.goto(url), (page: Page) => page.setContent(html)]) {
      const context = await browser.newContext({ viewport: { width: 700, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      await open(page);
      await page.screenshot({
        path: path.join(SCREENSHOTS, `${page.url() === url ? 'page' : 'e-mail'}-${locale}.png`),
        fullPage: true,
      });
      // Best practice of pages, such as landmarks, is none of e-mails, which are shown within another page.
      const axe = new AxeBuilder({ page });
      if (page.url() !== url) axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
      const { violations } = await axe.analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html: node }) => node)])).toEqual([]);
      await context.close();
    }
  });
});

it('an expired link leads to a new e-mail on request', async () => {
  const { url } = await newLink('de');
  await service.db.email.updateMany({ data: { expiresAt: new Date(0) } });
  await withPage(false, async (page) => {
    await page.goto(url);
    await page.screenshot({ path: path.join(SCREENSHOTS, 'expired-de.png'), fullPage: true });
    await page.getByRole('button', { name: 'Neue E-Mail senden' }).click();
    await page.getByRole('heading', { name: 'Eine neue E-Mail ist unterwegs' }).waitFor();
  });
});
