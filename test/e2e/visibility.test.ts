/** What an operator finds by the tools of Temporal, and by the commands of docs/runbook.md. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { evaluateAlerts } from '../../src/alerts/evaluate';
import { createLogger } from '../../src/platform/logger';
import { lacking, readRunbook, runCommand, writeOutputs, type Command } from '../harness/runbook';
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service?.stop());

describe("Temporal's visibility", () => {
  it('shows every delivered delivery as delivered, whether it had to wait or not', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const { id: subscriptionId } = await service.subscribe(app, receiver.url);
    const ids: string[] = [];
    const grant = async (citizen: string): Promise<void> => {
      const { deliveries } = await service.consent(app, citizen, 'GRANTED');
      ids.push(deliveries[0]?.id ?? '');
    };
    for (let i = 0; i < 20; i++) await grant(`c-${i}`);
    for (const id of ids) await service.untilStatus(id, 'delivered');
    receiver.behave({ kind: 'answer', status: 500 });
    await grant('c-waits');
    const waiting = ids.at(-1) ?? '';
    await service.untilStatus(waiting, 'waiting');
    const { workflow } = await service.temporal();
    const shownAs = async (status: string): Promise<number> =>
      (await workflow.count(`CpmSubscriptionId = '${subscriptionId}' AND CpmDeliveryStatus = '${status}'`))
        .count;
    await eventually(async () => {
      expect(await shownAs('delivered')).toBe(20);
      expect(await shownAs('waiting')).toBe(1);
    });
    receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('POST', `/v1/deliveries/${waiting}/retry`);
    await eventually(async () => expect(await shownAs('delivered')).toBe(21));
    expect(await shownAs('delivering')).toBe(0);
  });
});

describe('docs/runbook.md', () => {
  const { before, commands } = readRunbook();
  const outputs = new Map<string, string>();
  const programs = mkdtempSync(path.join(tmpdir(), 'cpm-runbook-'));
  /** What the page leaves to its reader. */
  let ids: Readonly<Record<string, string>> | undefined;
  let used = false;

  beforeAll(async () => {
    symlinkSync(process.env.CPM_TEST_TEMPORAL_CLI ?? '', path.join(programs, 'temporal'));
    await service.ok('PUT', '/v1/applications/shop', { name: 'Shop' });
    await service.ok('PUT', '/v1/applications/shop/options/newsletter', { name: 'Newsletter' });
  });
  afterAll(() => {
    rmSync(programs, { recursive: true });
    if (process.env.UPDATE_DOCS) writeOutputs(outputs);
  });

  /** An endpoint that fails, and what waits for it. */
  async function trouble(): Promise<Readonly<Record<string, string>>> {
    if (ids) await service.ok('DELETE', `/v1/subscriptions/${ids.SUBSCRIPTION}`);
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 503, body: 'down for maintenance' });
    const { id } = await service.subscribe('shop', receiver.url);
    const change = await service.consent('shop', 'customer-4711', 'GRANTED');
    const delivery = change.deliveries[0]?.id ?? '';
    await service.untilStatus(delivery, 'waiting');
    await evaluateAlerts(service.db, { withdrawalAfterMs: 900_000, logger: createLogger('silent', 'test') });
    const { citizenId: CITIZEN, changeId: CHANGE } = change;
    return { SUBSCRIPTION: id, DELIVERY: delivery, CHANGE, CITIZEN, NEW_URL: `${receiver.url}/new` };
  }

  async function run({ text, shown }: Command): Promise<void> {
    const { address, namespace } = service.config.temporal;
    const output = await runCommand(`${before}\n${text}`, {
      ...ids,
      ...{ PATH: `${programs}:${process.env.PATH ?? ''}`, HOME: programs },
      ...{ API: `${service.url}/v1`, KEY: service.key },
      ...{ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
    });
    outputs.set(text, output);
    if (shown && !process.env.UPDATE_DOCS) expect(lacking(shown, output)).toEqual([]);
  }

  it('has a command for every question', () => {
    expect(commands.length).toBeGreaterThan(25);
  });

  it.each(commands)('$section: $text', async (command) => {
    if (!ids || used) ids = await trouble();
    used = command.ends;
    // What it is found by may be a moment behind.
    await (command.changes ? run(command) : eventually(() => run(command)));
  });
});
