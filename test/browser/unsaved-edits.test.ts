/** What has been entered and not saved is never lost unasked. */
import type { Locator, Page } from 'playwright-core';
import { newId } from '../../src/platform/ids';
import { eventually } from '../harness/service';
import { ADMIN, enter, see, Ui } from '../harness/ui';

let ui: Ui;
let app: string;
let integration: string;
let citizen: string;
beforeAll(async () => {
  ui = await Ui.start();
  app = await ui.service.application();
  integration = (await ui.service.subscribe(app, 'http://127.0.0.1:9/')).id as string;
  citizen = (await ui.service.consent(app, 'anna', 'GRANTED')).citizenId;
});
afterAll(() => ui.stop());

const question = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'Discard what you have entered?' });
const stay = (page: Page): Promise<void> =>
  question(page).getByRole('button', { name: 'Keep editing' }).click();
const giveUp = (page: Page): Promise<void> => question(page).getByRole('button', { name: 'Discard' }).click();
const toDeliveries = (page: Page): Promise<void> =>
  page.getByRole('link', { name: 'Deliveries', exact: true }).click();
const openMenuEntry = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Add option' }).click();
};

interface Form {
  readonly path: () => string;
  /** How it is opened, where that takes more than its page. */
  readonly open?: (page: Page) => Promise<void>;
  readonly field: (page: Page) => Locator;
  /** How somebody leaves it. */
  readonly leave: (page: Page) => Promise<void>;
  /** What they see then. */
  readonly left: (page: Page) => Promise<void>;
}

const seeDeliveries = (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
const noDialog = (page: Page): Promise<void> => page.getByRole('dialog').waitFor({ state: 'detached' });

const FORMS: Readonly<Record<string, Form>> = {
  'a new integration, by a link': {
    path: () => '/integrations/new',
    field: (page) => page.getByLabel('Name'),
    leave: toDeliveries,
    left: seeDeliveries,
  },
  'an integration, by its button': {
    path: () => `/integrations/${integration}/edit`,
    field: (page) => page.getByLabel('Name'),
    leave: (page) => page.getByRole('link', { name: 'Cancel' }).click(),
    left: (page) => page.getByRole('heading', { name: 'CRM', level: 1 }).waitFor(),
  },
  'a template, by another language': {
    path: () => `/templates?applicationId=${app}&locale=en`,
    field: (page) => page.getByLabel('Subject'),
    leave: toDeliveries,
    left: seeDeliveries,
  },
  "an application's settings, by another tab of the page": {
    path: () => `/catalogue/${app}/settings`,
    field: (page) => page.getByLabel('Sender’s name'),
    leave: (page) => page.getByRole('tab', { name: 'Options' }).click(),
    left: (page) => page.getByRole('table', { name: 'Options' }).waitFor(),
  },
  'an entry of the catalogue, by a key': {
    path: () => `/catalogue/${app}/options`,
    open: openMenuEntry,
    field: (page) => page.getByRole('dialog').getByLabel('Name'),
    leave: (page) => page.keyboard.press('Escape'),
    left: noDialog,
  },
  'a change that is recorded by hand, by its button': {
    path: () => `/citizens/${citizen}`,
    open: (page) => page.getByRole('button', { name: 'Record a change' }).click(),
    field: (page) => page.getByLabel('Channel'),
    leave: (page) => page.getByRole('button', { name: 'Cancel' }).click(),
    left: noDialog,
  },
  'a new password, by going back': {
    path: () => '/deliveries',
    open: (page) => page.getByRole('link', { name: 'Account' }).click(),
    field: (page) => page.getByLabel('New password'),
    leave: async (page) => void (await page.goBack()),
    left: seeDeliveries,
  },
};

describe('leaving a form with edits', () => {
  it.each(Object.entries(FORMS))('asks first: %s', async (_, { path, open, field, leave, left }) => {
    const page = await ui.logIn(path());
    await open?.(page);
    await field(page).fill('something of mine');
    await leave(page);
    await stay(page);
    await question(page).waitFor({ state: 'detached' });
    expect(await field(page).inputValue()).toBe('something of mine');
    await leave(page);
    await giveUp(page);
    await left(page);
    await page.context().close();
  });

  it('asks before somebody logs out', async () => {
    const page = await ui.logIn('/integrations/new');
    await page.getByLabel('Name').fill('CRM of mine');
    const logOut = page.getByRole('button', { name: 'Log out', exact: true });
    await logOut.click();
    await stay(page);
    await logOut.click();
    await giveUp(page);
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.getByLabel('Name').count()).toBe(0);
  });

  it('has the browser ask before the tab is closed', async () => {
    const page = await ui.logIn('/integrations/new');
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.getByLabel('Name').fill('CRM of mine');
    await page.close({ runBeforeUnload: true });
    await eventually(() => expect(asked).toEqual(['beforeunload']));
    expect(await page.getByLabel('Name').inputValue()).toBe('CRM of mine');
  });

  it('asks nobody who has changed nothing, has taken it back, or has saved it', async () => {
    const page = await ui.logIn(`/integrations/${integration}/edit`);
    const name = page.getByLabel('Name');
    const heading = page.getByRole('heading', { name: /^CRM/, level: 1 });
    await name.fill('Another');
    await name.fill('CRM');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await heading.waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    await name.fill('CRM of all');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'CRM of all', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    await name.fill('CRM');
    await page.getByRole('button', { name: 'Save' }).click();
    await heading.waitFor();
    await page.goto('/integrations/new'); // the only application there is has been chosen by itself
    await page
      .getByRole('combobox', { name: 'Application' })
      .and(page.locator(`[value*="${app}"]`))
      .waitFor();
    await toDeliveries(page);
    await seeDeliveries(page);
  });
});

describe('a session that ends while a form holds edits', () => {
  const OTHER = { email: 'grace@example.com', password: ADMIN.password };
  beforeAll(async () => {
    const { db } = ui.service;
    const ada = await db.administrator.findFirstOrThrow();
    await db.administrator.create({ data: { ...ada, id: newId(), email: OTHER.email } });
  });

  const edited = async (name: string): Promise<Page> => {
    const page = await ui.logIn(`/integrations/${integration}/edit`);
    await page.getByLabel('Name').fill(name);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, /What you have entered is kept/);
    return page;
  };

  it('has the log-in stand over the page, and gives the edits back to the same person', async () => {
    const page = await edited('CRM of mine');
    await page.keyboard.press('Escape');
    const name = page.getByLabel('Name');
    const reached = await name.evaluate((field) => {
      field.focus();
      const { x, y } = field.getBoundingClientRect();
      const { activeElement } = field.ownerDocument;
      return [activeElement, field.ownerDocument.elementFromPoint(x + 5, y + 5)].includes(field);
    });
    expect(reached).toBe(false); // it stands behind the log-in, for nobody to see or to reach
    await enter(page, { ...ADMIN, password: 'a wrong password' });
    await see(page, 'The e-mail address or the password is wrong.');
    await enter(page, ADMIN);
    await page.getByRole('heading', { name: 'Log in' }).waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('CRM of mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'CRM of mine', level: 1 }).waitFor();
  });

  it('keeps them for a dialog of the page too, and for who logs in again in another tab', async () => {
    const page = await ui.logIn(`/catalogue/${app}/options`);
    await openMenuEntry(page);
    const name = page.getByRole('dialog').getByLabel('Name');
    await name.fill('Magazine');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByLabel('Id').fill('magazine');
    await page.getByRole('button', { name: 'Save' }).click();
    await see(page, /What you have entered is kept/);
    const tab = await page.context().newPage();
    await tab.goto('/');
    await enter(tab, ADMIN);
    await tab.locator('#main').waitFor();
    await page.getByRole('heading', { name: 'Log in' }).waitFor({ state: 'detached' });
    expect(await name.inputValue()).toBe('Magazine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Magazine', exact: true }).waitFor();
  });

  it('shows them to nobody else', async () => {
    const { name } = await ui.service.ok('GET', `/v1/subscriptions/${integration}`);
    const page = await edited('Of Ada alone');
    await enter(page, OTHER);
    await page.getByRole('heading', { name: 'Log in' }).waitFor({ state: 'detached' });
    await eventually(async () => expect(await page.getByLabel('Name').inputValue()).toBe(name));
  });
});
