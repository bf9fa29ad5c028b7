/** An integrator's walk in the admin UI: from a new integration to a webhook that the receiver of the snippet has verified. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { freePorts } from '../harness/free-ports';
import { eventually } from '../harness/service';
import { choose, see, tooWideBy, Ui } from '../harness/ui';

let ui: Ui;
const folder = mkdtempSync(path.join(tmpdir(), 'cpm-developers-'));
const receivers: ChildProcess[] = [];
beforeAll(async () => {
  ui = await Ui.start();
});
afterAll(async () => {
  for (const receiver of receivers) receiver.kill();
  await ui.stop();
  rmSync(folder, { recursive: true });
});

/** What a command prints. The service is of this process: nothing may wait for it synchronously. */
async function output(command: string, env = process.env): Promise<string> {
  return (await promisify(execFile)('bash', ['-c', command], { env })).stdout;
}

/** What a block of code shows. */
async function shown(page: Page, name: string | RegExp): Promise<string> {
  return (await page.getByRole('region', { name }).first().textContent()) ?? '';
}

/** Runs the receiver that the page shows by the command that it shows, and collects what it prints. */
async function run(page: Page, port: number, secret?: string): Promise<string[]> {
  const code = await shown(page, 'Code of receiver.cjs');
  writeFileSync(path.join(folder, 'receiver.cjs'), code);
  const command = (await shown(page, 'Command')).replace('whsec_…', secret ?? '');
  const receiver = spawn('bash', ['-c', `exec env ${command}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port) },
  });
  receivers.push(receiver);
  const lines: string[] = [];
  receiver.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  receiver.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  await eventually(() => expect(lines.join('')).toContain('waiting for webhooks'));
  return lines;
}

describe('somebody who writes a receiver', () => {
  it('comes from a new integration to a verified webhook without leaving the UI', async () => {
    const app = await ui.service.application();
    const [port = 0] = await freePorts(1);
    const page = await ui.logIn('/integrations/new');
    await page.getByLabel('Name').fill('CRM');
    await page.getByLabel('URL').fill(`http://127.0.0.1:${port}/`);
    await choose(page, 'Application', `Shop (${app})`);
    await page.getByRole('button', { name: 'Create integration' }).click();
    const secret = (await page.getByRole('status', { name: 'Signing secret' }).textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();

    await page.getByRole('link', { name: 'For developers' }).click();
    await shown(page, 'Code of receiver.cjs'); // the page before it can send a test, too
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /Nothing listens at this host and port/);
    const printed = await run(page, port, secret);
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /Your system answered 204 .* It works/);
    expect(printed.join('')).toMatch(/^verified .*"externalRef":"customer-4711"/m);

    const { deliveries } = await ui.service.consent(app, 'anna', 'GRANTED');
    await ui.service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(printed.join('')).toMatch(/^verified .*"externalRef":"anna"/m);

    await page.reload();
    await page.getByLabel('URL to send to').fill(`http://127.0.0.1:${port}/`);
    await page.getByRole('button', { name: /Delivered/ }).click();
    const replay = await shown(page, 'Command that sends it');
    expect(await output(replay)).toMatch(/^HTTP\/1.1 204/);
    expect(printed.join('').match(/^verified .*"externalRef":"anna"/gm)).toHaveLength(2);
  });

  it('gets commands for the API that work as they stand, with the authentication of the integration', async () => {
    const app = await ui.service.application();
    const { id } = await ui.service.subscribe(app, 'http://127.0.0.1:9/', {
      authentication: { authType: 'bearer', bearerAuth: { token: 'the-old-token' } },
    });
    await ui.service.consent(app, 'anna', 'GRANTED');
    const page = await ui.logIn(`/integrations/${id}/developers`);
    const env = { ...process.env, CPM_API_KEY: ui.service.key };
    expect(await shown(page, 'Subscription id')).toBe(id);
    const update = (await shown(page, 'Update a Subscription by ID')).replace('NEW-TOKEN', 'the-new-token');
    expect(JSON.parse(await output(update, env))).toMatchObject({
      ...{ id, authentication: { authType: 'bearer', bearerAuth: { tokenSet: true } } },
    });
    const [journal = ''] = (await shown(page, /^Journal/)).split('\n');
    const { items } = JSON.parse(await output(journal, env));
    expect(items).toMatchObject([{ externalRef: 'anna', altered: ['option:newsletter'] }]);

    const latest = page.getByRole('table', { name: 'Latest entries of the journal' });
    await latest.getByRole('row', { name: /anna newsletter/ }).waitFor();
    const readOn = await shown(page, 'Command that reads on');
    expect(JSON.parse(await output(readOn, env)).items).toEqual([]);
    await ui.service.consent(app, 'ben', 'GRANTED');
    expect(JSON.parse(await output(readOn, env)).items).toMatchObject([{ externalRef: 'ben' }]);
    await latest.getByRole('row').nth(1).getByText('ben').waitFor();
  });

  it('sees the public key, the example and the schema of an integration that signs with one', async () => {
    const app = await ui.service.application();
    const [port = 0] = await freePorts(1);
    const { id } = await ui.service.subscribe(app, `http://127.0.0.1:${port}/`, {
      ...{ signing: 'ed25519', filter: { options: ['newsletter'] }, payload: { previous: true } },
    });
    const page = await ui.logIn(`/integrations/${id}/developers`);
    const printed = await run(page, port);
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /It works/);
    expect(printed.join('')).toMatch(/^verified /m);
    expect(JSON.parse(await shown(page, 'Example of a body'))).toMatchObject({
      permissions: [{ optionId: 'newsletter', previous: { state: 'DENIED' } }],
    });
    for (const language of ['Python', 'PHP', 'Java', 'C#', 'Go']) {
      await page.getByLabel('Programming language', { exact: true }).selectOption(language);
      await eventually(async () => expect(await shown(page, /^Code of/)).toContain('v1a'));
    }
    await page.getByRole('button', { name: 'What the headers are for' }).click();
    await see(page, /a webhook may come twice/);
    await page.getByRole('button', { name: 'JSON Schema of the body' }).click();
    await eventually(async () =>
      expect(await shown(page, 'JSON Schema of the body')).toContain('ConsentReceipt'),
    );
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id: rule, nodes }) => [rule, nodes.map(({ html }) => html)])).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await tooWideBy(page)).toBe(0);
  });

  it('is told what to do about the redirect of Google Apps Script', async () => {
    const app = await ui.service.application();
    const receiver = await ui.service.receiver();
    const location = 'https://script.googleusercontent.com/macros/echo?user_content_key=k';
    receiver.behave({ kind: 'answer', status: 302, headers: { location } });
    const { id } = await ui.service.subscribe(app, receiver.url);
    const page = await ui.logIn(`/integrations/${id}/developers`);
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /Google Apps Script has run, but it always answers with a redirect/);
    receiver.behave({ kind: 'answer', status: 401 });
    await page.getByRole('button', { name: 'Send test' }).click();
    await see(page, /does not accept the credentials/);
  });

  it('leaves nothing for the browser to complain of', () => {
    expect(ui.complaints).toEqual([]);
  });
});
