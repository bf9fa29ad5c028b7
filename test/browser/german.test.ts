/** Who reads German reads no English of the API: reasons, refusals and transport errors. */
import type { Page } from 'playwright-core';
import { startTokenServer } from '../harness/token-server';
import { choose, see, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

/** A page in German, after the log-in. */
async function german(path: string): Promise<Page> {
  const page = await ui.logIn('/account');
  await page.evaluate("localStorage.setItem('cpm-language', 'de')");
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** A delivery to an integration where nobody listens, which waits. */
async function waiting(): Promise<{ app: string; integration: string; delivery: string }> {
  const { service } = ui;
  const app = await service.application();
  const { id } = await service.subscribe(app, 'http://127.0.0.1:9/', { name: 'Kundenkartei' });
  const { deliveries } = await service.consent(app, 'anna', 'GRANTED');
  const delivery = deliveries[0]?.id ?? '';
  await service.untilStatus(delivery, 'waiting');
  return { app, integration: id as string, delivery };
}

describe('who reads German', () => {
  it('reads in German why an attempt failed, wherever it is told', async () => {
    const { integration, delivery } = await waiting();
    const page = await german(`/deliveries/${delivery}`);
    await see(page, /Verbindung abgelehnt ·/);
    await page.goto('/deliveries');
    await page.getByRole('cell', { name: 'Verbindung abgelehnt' }).first().waitFor();
    await page.goto(`/integrations/${integration}`);
    await see(page, /Verbindung abgelehnt\. /);
    await page.getByRole('button', { name: 'Test senden' }).click();
    await see(page, /Es kam keine Antwort: Verbindung abgelehnt/);
    expect(await page.getByText('refused').count()).toBe(0);
  });

  it('reads in German why a delivery was given up', async () => {
    const { delivery } = await waiting();
    await ui.service.ok('POST', `/v1/deliveries/${delivery}/cancel`);
    const page = await german(`/deliveries/${delivery}`);
    await page.getByRole('definition').filter({ hasText: 'Auf Wunsch abgebrochen' }).waitFor();
  });

  it('reads in German why no access token is to be had', async () => {
    const { service } = ui;
    const client = { clientId: 'consent-webhooks', clientSecret: 'secret-of-the-client' };
    const server = await startTokenServer(client);
    server.behave('refuse');
    const app = await service.application();
    const authentication = { authType: 'oauth2', oauth2Auth: { tokenUrl: server.url, ...client } };
    await service.subscribe(app, 'http://127.0.0.1:9/', { authentication });
    const { deliveries } = await service.consent(app, 'anna', 'GRANTED');
    const page = await german(`/deliveries/${deliveries[0]?.id}`);
    await see(page, /Der Token-Endpunkt lehnt ab: invalid_client \(HTTP 401\)/);
    await server.close();
  });

  it('reads in German what is wrong with a field, and why something is refused', async () => {
    const { app } = await waiting();
    const page = await german('/integrations/new');
    await page.getByLabel('Name').fill('CRM');
    await page.getByLabel('URL').fill('https://user:secret@example.com/');
    await choose(page, 'Anwendung', `Shop (${app})`);
    await page.getByRole('button', { name: 'Integration anlegen' }).click();
    await see(page, /Zugangsdaten gehören nicht in die URL/);
    await page.goto(`/catalogue/${app}/options`);
    await page.getByRole('button', { name: 'newsletter löschen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Löschen' }).click();
    await see(page, 'Die Option wird verwendet: Einwilligungen nennen sie.');
  });

  it('reads in German that the service is away, answers late, or that something between refuses', async () => {
    const page = await german('/account');
    const change = async (): Promise<void> => {
      await page.getByLabel('Aktuelles Passwort').fill('three yellow canaries');
      await page.getByLabel('Neues Passwort').fill('four purple finches');
      await page.getByRole('button', { name: 'Passwort ändern' }).click();
    };
    await page.clock.install();
    const path = '**/v1/session/password';
    await page.route(path, (route) => route.abort());
    await change();
    await see(
      page,
      'Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    );
    await page.unroute(path);
    await page.route(path, (route) => route.fulfill({ status: 403, body: '<h1>Forbidden</h1>' }));
    await change();
    await see(page, 'Etwas zwischen Browser und Dienst hat das abgelehnt (Status 403).');
    await page.unroute(path);
    const asked = page.waitForRequest(path);
    await page.route(path, () => undefined); // nobody answers
    await change();
    await asked;
    await page.clock.fastForward(61_000);
    await see(page, /Der Dienst hat eine Minute lang nicht geantwortet/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});
