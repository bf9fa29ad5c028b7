import { evaluateAlerts } from '../../src/alerts/evaluate';
import { createLogger } from '../../src/platform/logger';
import { eventually } from '../harness/service';
import { see, Ui } from '../harness/ui';

let ui: Ui;
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(() => ui.stop());

const PEOPLE = ['anna', 'ben', 'cleo'];

describe('an endpoint that fails', () => {
  it('is seen in the list, mended in the form, and drained at once', async () => {
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 503, body: '{"error":"upgrading"}' });
    const { id } = await service.subscribe(app, `${receiver.url}/old`, { name: 'CRM' });
    for (const person of PEOPLE) await service.consent(app, person, 'GRANTED');

    const page = await ui.logIn('/integrations');
    await see(page, 'Failing');
    await page.getByRole('link', { name: /^CRM/ }).click();
    await see(page, 'The last attempt failed.');
    await page.getByRole('button', { name: 'Retry 3 waiting deliveries now' }).waitFor();

    const mended = await service.receiver();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('URL').fill(`${mended.url}/new`);
    await page.getByRole('button', { name: 'Save' }).click();

    await see(page, 'Healthy');
    await eventually(() => expect(mended.received).toHaveLength(PEOPLE.length));
    await eventually(async () => {
      const { health } = (await service.ok('GET', `/v1/subscriptions/${id}`)) as { health: object };
      expect(health).toMatchObject({ waiting: 0 });
    });
    expect(ui.complaints).toEqual([]);
  });

  it('is an alert, and drained by one button after it has recovered by itself', async () => {
    const { service } = ui;
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'reset' });
    const { id } = await service.subscribe(app, receiver.url, { name: 'Warehouse' });
    for (const person of PEOPLE) await service.consent(app, person, 'GRANTED');

    const page = await ui.logIn(`/integrations/${id}`);
    const retry = page.getByRole('button', { name: 'Retry 3 waiting deliveries now' });
    await retry.waitFor();
    await eventually(async () => {
      const { total } = (await service.ok('GET', `/v1/deliveries?subscriptionId=${id}&status=waiting`)) as {
        total: number;
      };
      expect(total).toBe(PEOPLE.length);
    });
    const logger = createLogger('silent', 'test');
    await evaluateAlerts(service.db, { withdrawalAfterMs: 900_000, logger });
    const alerts = await ui.logIn();
    await see(alerts, '1 integration fails.');
    await alerts.getByRole('table', { name: 'Shop' }).getByText('Failing').waitFor();
    await alerts.getByRole('link', { name: /^Alerts ?1$/ }).click();
    await see(alerts, 'Endpoint fails');
    await alerts
      .getByRole('link', { name: /^Endpoint fails/ })
      .first()
      .click();
    await alerts.getByRole('heading', { name: 'Warehouse' }).waitFor();

    const failed = receiver.received.length;
    receiver.behave({ kind: 'answer', status: 204 });
    await retry.click();

    await see(page, '3 deliveries are tried again.');
    await see(page, 'Healthy');
    expect(receiver.received).toHaveLength(failed + PEOPLE.length);
  });
});
