/** The admin UI in real Chromium, on the whole service with real parts underneath. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { RunnableConfig } from '../../src/bin/parts/process';
import { TestService } from './service';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The last ones let it run as root and keep it from calling home. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Starts the Chromium that `CPM_TEST_CHROMIUM` names, or one where systems have it. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CPM_TEST_CHROMIUM ?? EXECUTABLES.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error('no Chromium: set CPM_TEST_CHROMIUM, or install one');
  return chromium.launch({ executablePath, args: FLAGS });
}

export const ADMIN = { email: 'ada@example.com', password: 'correct-horse-battery' };

/** The service with an administrator, and a browser. */
export class Ui {
  /** Errors in the browser: violations of the content security policy, exceptions, failed calls. */
  readonly complaints: string[] = [];

  private constructor(
    readonly service: TestService,
    private readonly browser: Browser,
  ) {}

  static async start(settings: Partial<RunnableConfig> = {}): Promise<Ui> {
    const [service, browser] = await Promise.all([
      TestService.start({ admin: ADMIN, retryIntervalMs: 3_600_000, ...settings }),
      launchBrowser(),
    ]);
    return new Ui(service, browser);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.stop();
  }

  /** A page of a browser that nobody has logged in with. */
  async visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      baseURL: this.service.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    await page.goto(path);
    return page;
  }

  /** A page after the login. */
  async logIn(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.visit(path, options);
    await enter(page, ADMIN);
    await page.locator('#main').waitFor();
    return page;
  }
}

/** Fills the login's form in. */
export async function enter(page: Page, { email, password }: typeof ADMIN): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

/** Chooses from one of the lists that open. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  // A list of several stands under what it holds already: only the force reaches it.
  await page.getByRole('combobox', { name: label }).click({ force: true });
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Waits until a text is seen. */
export async function see(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** By how many pixels the page has to be scrolled sideways. */
export function tooWideBy(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
