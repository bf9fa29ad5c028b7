/**
 * Nothing personal or secret leaves the database but to the receiver it is meant for (rule `ids-only`), and in the database what is
 * not listed as readable is sealed. Values are planted everywhere, go through everything that the service does, and are looked for. The
 * service runs as a role of the database that owns nothing, as docs/operations.md tells.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { evaluateAlerts } from '../../src/alerts/evaluate';
import { makeMessages } from '../../src/alerts/make-messages';
import { startReceiver, type Behaviour, type Receiver } from '../../tools/receiver/receiver';
import { createAuthority } from '../harness/certificates';
import { Mailbox, press, visit } from '../harness/double-opt-in';
import { OpenApi } from '../harness/openapi';
import { decoded, findings } from '../harness/planted-values';
import { eventually, TestService, type Answer } from '../harness/service';
import { startAsServiceRole } from '../harness/service-role';
import { testLogDir } from '../harness/stack';
import { startTokenServer, type TokenServer } from '../harness/token-server';
import { Visitor } from '../harness/visitor';

const plant = (kind: string): string => `${kind}-${randomBytes(9).toString('hex')}`;

/** What nobody but the one it is for may see. */
const SECRETS: Record<string, string> = {
  'API key': plant('api-key'),
  'password of the administrator': plant('password'),
  'password that was mistyped': plant('mistyped'),
  'API key in a header': plant('header-key'),
  'API key in the query': plant('query-key'),
  'bearer token': plant('bearer'),
  'OAuth client secret': plant('client-secret'),
  'OAuth refresh token': plant('refresh'),
  'static header': plant('static'),
  'secret in the query of a URL': plant('sig'),
  'secret in the path of a URL': randomBytes(24).toString('base64url'),
  'secret of where operators are told': plant('ops'),
  'password of the mail server': plant('smtp'),
};
/** What is about people. */
const PERSONAL: Record<string, string> = {
  'e-mail address': `${plant('anna')}@mail.example`,
  reference: plant('customer'),
  recorder: plant('Recorder'),
  authority: plant('Authority'),
  campaign: plant('campaign'),
  'idempotency key': plant('import-of-anna'),
  'answer of a receiver': plant('answer'),
};

let service: TestService;
let owner: Visitor;
let receiver: Receiver;
let tokens: TokenServer;
let operators: Receiver;
const logged: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
const answers: Record<string, string> = {};
const ids: Record<'subscriptions' | 'deliveries' | 'citizens' | 'opt-ins' | 'bulk-actions', string[]> = {
  ...{ subscriptions: [], deliveries: [], citizens: [], 'opt-ins': [], 'bulk-actions': [] },
};
let applicationId = '';

beforeAll(async () => {
  const admin = { email: 'owner@example.com', password: SECRETS['password of the administrator'] ?? '' };
  const encryptionKey = randomBytes(32);
  const postgres = await startAsServiceRole();
  SECRETS['encryption key'] = encryptionKey.toString('base64');
  SECRETS['encryption key in hex'] = encryptionKey.toString('hex');
  SECRETS['password of the database'] = new URL(postgres.url).password;
  const own = { logger, postgres, apiKey: SECRETS['API key'] ?? '' };
  operators = await startReceiver({ port: 0 });
  const told = {
    alertWebhookUrl: `${operators.url}/hooks?sig=${SECRETS['secret of where operators are told']}`,
    // Nobody listens there, so that it fails.
    alertEmail: {
      ...{ to: ['ops@example.com'], from: 'cpm@example.com' },
      smtpUrl: `smtp://cpm:${SECRETS['password of the mail server']}@127.0.0.1:9`,
    },
  };
  service = await TestService.start({ admin, encryptionKey, ...told }, 1, own);
  owner = new Visitor(service.url);
  tokens = await startTokenServer({
    ...{ clientId: 'webhooks', clientSecret: SECRETS['OAuth client secret'] ?? '' },
    refreshToken: SECRETS['OAuth refresh token'] ?? '',
  });
  await live();
});
afterAll(async () => {
  await service?.stop();
  await tokens?.close();
  await operators?.close();
});

/** Somebody who is logged in gets what the session may see; everybody else uses the key. */
async function ask(method: string, target: string, body?: unknown, headers = {}): Promise<Answer> {
  const answer = await service.call(method, target, body, headers);
  keep(`${method} ${target} ${answer.status}`, answer);
  return answer;
}

/** The query of a target is what was asked, and no answer. */
function keep(name: string, { body, headers }: Answer): void {
  answers[name.replace(/\?\S*/, '')] = JSON.stringify([body ?? null, [...headers]]);
}

interface Arrived {
  readonly url?: string | undefined;
  readonly headers: { readonly authorization?: string | undefined };
}

/** Repeats to the caller what it sent, and refuses an access token that is over. */
function echo(status: number): (request: Arrived) => Behaviour {
  return ({ url, headers }) => {
    const token = /^Bearer (token-.*)/.exec(headers.authorization ?? '')?.[1];
    const body = JSON.stringify([PERSONAL['answer of a receiver'], url, headers]);
    return {
      ...({ kind: 'answer' } as const),
      ...{ status: token === undefined || tokens.valid.has(token) ? status : 401, body },
      headers: { 'x-echo': encodeURIComponent(body) },
    };
  };
}

/** A service that has done everything, with something to hide everywhere. */
async function live(): Promise<void> {
  await logIn();
  const mailbox = await Mailbox.open(service);
  applicationId = mailbox.app;
  receiver = mailbox.receiver;
  const created = await subscribe();
  ids.subscriptions.push(...Object.values(mailbox.subscriptions).map(({ id }) => id), ...created);
  const [byQuery = '', byHeader = '', byBearer = '', byOauth = ''] = created;
  const granted = await record('GRANTED');
  for (const id of [byQuery, byHeader, byBearer, byOauth])
    await service.untilStatus(granted[id] ?? '', 'delivered');
  receiver.behave(echo(500));
  tokens.revoke();
  tokens.behave('refuse');
  const denied = await record('DENIED');
  for (const id of [byQuery, byHeader, byBearer]) await service.untilStatus(denied[id] ?? '', 'waiting');
  await ask('POST', `/v1/subscriptions/${byQuery}/test`);
  await tellOperators();
  tokens.behave('give');
  receiver.behave(echo(200));
  await ask('POST', `/v1/subscriptions/${byQuery}/retry`);
  const filter = { externalRef: PERSONAL.reference };
  const begun = await ask('POST', '/v1/bulk-actions', { action: 'retry', filter });
  ids['bulk-actions'].push(begun.body.id as string);
  for (const id of [byQuery, byOauth]) await service.untilStatus(denied[id] ?? '', 'delivered');
  const rotated = await ask('POST', `/v1/subscriptions/${byQuery}/rotate-signing-secret`, {});
  SECRETS['rotated signing secret'] = shownOnce(rotated, 'signingSecret');
  await ask('POST', `/v1/subscriptions/${byQuery}/resync`, {});
  await confirm(mailbox);
  for (const [index, token] of tokens.given.entries()) SECRETS[`token ${index} of the OAuth server`] = token;
  await refusals();
  const unfinished = { status: { in: ['pending', 'delivering'] } };
  await eventually(async () => {
    expect((await service.db.resync.findFirstOrThrow()).status).toBe('completed');
    expect(await service.db.delivery.count({ where: unfinished })).toBe(0);
  });
}

/** Operators are told that a withdrawal is late, by a webhook, and by an e-mail that is not taken. */
async function tellOperators(): Promise<void> {
  expect(await evaluateAlerts(service.db, { withdrawalAfterMs: 1, logger })).toBeGreaterThan(0);
  await makeMessages(service.db, ['webhook', 'email']);
  await eventually(async () => {
    expect(operators.received.length).toBeGreaterThan(0);
    const failed = { channel: 'email', lastError: { not: null } };
    expect(await service.db.alertMessage.count({ where: failed })).toBeGreaterThan(0);
  });
}

async function logIn(): Promise<void> {
  const email = 'owner@example.com';
  keep('a failed log-in', await owner.logIn(email, SECRETS['password that was mistyped'] ?? ''));
  const entered = await owner.logIn(email, SECRETS['password of the administrator'] ?? '');
  expect(entered.status).toBe(200);
  SECRETS['session cookie'] = owner.cookie?.split('=')[1] ?? '';
  const scopes = ['audit:read'];
  const made = await owner.call('POST', '/v1/api-keys', { body: { name: 'Website', scopes } });
  SECRETS['created API key'] = made.body.key;
  await service.call('GET', '/v1/citizens', undefined, { 'x-api-key': made.body.key });
  const invited = await owner.call('POST', '/v1/administrators', { body: { email: 'new@example.com' } });
  const { passwordLink } = invited.body as unknown as { passwordLink: { url: string } };
  SECRETS['password link'] = passwordLink.url.split('#')[1]?.split('=').at(-1) ?? '';
}

/** One of each way to authenticate. */
async function subscribe(): Promise<string[]> {
  const of = (name: string): string => SECRETS[name] ?? '';
  const url = `${receiver.url}/hooks/${of('secret in the path of a URL')}?sig=${of('secret in the query of a URL')}`;
  const issued = createAuthority('clients').issue('webhooks');
  SECRETS['private key of a certificate'] = issued.privateKey.split('\n')[5] ?? '';
  const apiKeyAuth = { location: 'query', key: 'k', value: of('API key in the query') };
  const inHeader = { location: 'header', key: 'X-Key', value: of('API key in a header') };
  const oauth2Auth = {
    ...{ tokenUrl: tokens.url, clientId: 'webhooks', clientSecret: of('OAuth client secret') },
    refreshToken: of('OAuth refresh token'),
  };
  const created: string[] = [];
  for (const [index, rest] of [
    { authentication: { authType: 'api-key', apiKeyAuth }, updateType: 'effective-permission' },
    { authentication: { authType: 'api-key', apiKeyAuth: inHeader } },
    { authentication: { authType: 'bearer', bearerAuth: { token: of('bearer token') } } },
    { authentication: { authType: 'oauth2', oauth2Auth } },
    { url: 'https://127.0.0.1:9/', clientCertificate: issued },
  ].entries()) {
    const body = { applicationId, name: `CRM ${index}`, url, updateType: 'consent-receipts', ...rest };
    const headers = [{ name: 'X-Tenant', value: of('static header') }];
    const answer = await ask('POST', '/v1/subscriptions', { ...body, headers });
    SECRETS[`signing secret ${index}`] = shownOnce(answer, 'signingSecret');
    created.push(answer.body.id as string);
  }
  return created;
}

/** Takes from the answer what it alone shows. */
function shownOnce(answer: Answer, member: string): string {
  expect(answer.status).toBeLessThan(300);
  const secret = String(answer.body[member]);
  for (const [name, text] of Object.entries(answers)) answers[name] = text.replace(secret, '');
  return secret.replace('whsec_', '');
}

/** Records a change with everything that one can hold. @returns its deliveries by subscription. */
async function record(state: string): Promise<Record<string, string>> {
  const headers = { 'idempotency-key': `${PERSONAL['idempotency key']}/${state}` };
  const body = {
    ...{ applicationId, externalRef: PERSONAL.reference },
    ...{ campaign: PERSONAL.campaign, recordedBy: { id: 'r-1', name: PERSONAL.recorder } },
    delegatedAuthority: { id: 'd-1', name: PERSONAL.authority },
    changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state }],
    preferences: [{ preference: 'colour', choices: ['red'] }],
  };
  const { body: recorded } = await ask('POST', '/v1/consent-state', body, headers);
  expect(recorded.errors).toBeUndefined();
  const begun = recorded.deliveries as { id: string; subscriptionId: string }[];
  ids.deliveries.push(...begun.map(({ id }) => id));
  ids.citizens.push(recorded.citizenId as string);
  return Object.fromEntries(begun.map(({ id, subscriptionId }) => [subscriptionId, id]));
}

async function confirm(mailbox: Mailbox): Promise<void> {
  const email = PERSONAL['e-mail address'];
  const { citizenId, optInId } = await mailbox.submit(plant('second'), { email }, 'profiling');
  const { confirmUrl } = await mailbox.email();
  SECRETS['token of the confirmation'] = confirmUrl.split('/').at(-1) ?? '';
  await visit(`${confirmUrl.slice(0, -4)}none`);
  await press(confirmUrl, 'confirmed');
  await mailbox.untilOptIn(optInId, 'confirmed');
  ids.citizens.push(citizenId);
  ids['opt-ins'].push(optInId);
}

/** Requests that hold a value in a wrong place. */
async function refusals(): Promise<void> {
  const everything = { ...SECRETS, ...PERSONAL };
  for (const value of Object.values(everything)) {
    const wrong = [
      await service.call('GET', `/v1/deliveries/${encodeURIComponent(value)}`),
      await service.call('GET', `/v1/citizens?offset=${encodeURIComponent(value)}`),
      await service.call('POST', '/v1/subscriptions', { url: value, name: 1, authentication: value }),
      await service.call('POST', '/v1/permissions/transactions', { applicationId, changes: value }),
      await service.call('GET', '/v1/citizens', undefined, {
        'x-api-key': value.replace(/[^\x21-\x7e]/g, ''),
      }),
      await service.call('POST', '/v1/consent-state', value),
    ];
    for (const [index, answer] of wrong.entries()) {
      if (index !== 4) expect(answer.status).toBeGreaterThanOrEqual(400);
      if (index !== 4) keep(`refusal ${index} of ${value}`, answer);
    }
  }
}

/** Asks every operation that reads, of everything there is. */
async function readEverything(): Promise<string[]> {
  const { operations } = await OpenApi.read(service.url);
  const reads = operations.filter(({ method }) => method === 'GET');
  for (const { operationId, path: pattern, security } of reads) {
    const kind = pattern.split('/')[2] as keyof typeof ids;
    for (const id of pattern.includes('{id}') ? (ids[kind] ?? []) : ['']) {
      const target = pattern
        .replace('{id}', id)
        .replace('{applicationId}', applicationId)
        .replace('{attempt}', '1')
        .replace(/\{\w+\}/g, 'newsletter');
      const query = operationId === 'getPermissions' || operationId === 'getConsentState';
      const full = query
        ? `${target}?applicationId=${applicationId}&externalRef=${PERSONAL.reference}`
        : target;
      const byKey = security.some((way) => 'apiKey' in way);
      const answer = byKey ? await service.call('GET', full) : await owner.call('GET', full);
      keep(`${operationId} ${id}`, answer);
    }
  }
  const tables = { 'audit trail as CSV': '/v1/audit-events', 'deliveries as CSV': '/v1/deliveries' };
  for (const [name, target] of Object.entries(tables)) {
    const headers = { accept: 'text/csv', 'x-api-key': service.key };
    answers[name] = await (await fetch(service.url + target, { headers })).text();
  }
  return reads.map(({ operationId }) => operationId);
}

describe('credentials, addresses and content', () => {
  it('stand in no workflow history, search attribute, memo, log line, metric or refusal', async () => {
    const places: Record<string, string> = {
      metrics: await (await fetch(`${service.url}/metrics`)).text(),
    };
    const { workflow } = await service.temporal();
    const resyncs = await service.db.resync.findMany({ select: { id: true } });
    const runs = [
      ...(await service.db.delivery.findMany({ select: { id: true } })).map(({ id }) => `delivery-${id}`),
      ...ids['opt-ins'].map((id) => `opt-in-${id}`),
      ...resyncs.map(({ id }) => `resync-${id}`),
      ...(await service.db.alertMessage.findMany()).map(({ id }) => `alert-message-${id}`),
    ];
    for (const id of runs) {
      const handle = workflow.getHandle(id);
      const { events } = await handle.fetchHistory();
      expect(events?.length).toBeGreaterThan(2);
      places[`history of ${id}`] = decoded(events);
      places[`description of ${id}`] = decoded((await handle.describe()).raw);
      for await (const { raw } of workflow.list({ query: `WorkflowId = '${id}'` }))
        places[`visibility of ${id}`] = decoded(raw);
    }
    places.log = logged.join('');
    expect(operators.received.length).toBeGreaterThan(0);
    places['what operators are told'] = JSON.stringify(
      operators.received.map(({ headers, body }) => [headers, body]),
    );
    for (const program of ['temporal', 'postgres'])
      places[`log of ${program}`] = readFileSync(path.join(testLogDir(), `${program}.log`), 'utf8');
    Object.assign(
      places,
      Object.fromEntries(Object.entries(answers).filter(([name]) => /refusal|failed/.test(name))),
    );
    // They did go through, and the search finds what is there, however it is spelled.
    const sent = findings(SECRETS, { receiver: JSON.stringify(receiver.received) });
    expect(sent).toEqual(expect.arrayContaining(SENT.map((name) => `${name} in receiver`)));
    const hidden = Buffer.from(`before it ${PERSONAL.reference} behind it`);
    for (const spelling of ['base64', 'base64url', 'hex'] as const)
      expect(findings(PERSONAL, { hidden: hidden.toString(spelling) })).toEqual(['reference in hidden']);
    expect(places.log).toContain('request');
    // The search finds what is there: ids.
    expect(places[`history of ${runs[0]}`]).toContain(runs[0]?.slice('delivery-'.length));
    expect(findings({ ...SECRETS, ...PERSONAL }, places)).toEqual([]);
    // eslint-disable-next-line no-console
    console.info(
      `${Object.keys({ ...SECRETS, ...PERSONAL }).length} values looked for in ${Object.keys(places).length} places`,
    );
  });

  it('stand in no answer but those that are made to show them', async () => {
    const read = await readEverything();
    expect(read.length).toBeGreaterThan(30);
    expect(findings(SECRETS, answers)).toEqual([]);
    const shown = findings(PERSONAL, answers).map((text) => text.replace(/[/ ]?[0-9a-f-]{36}/, '').trim());
    expect([...new Set(shown)].sort()).toEqual(SHOWN);
  });

  it('stand in no column of the database that is not listed as readable', async () => {
    const tables = await service.db.$queryRaw<{ name: string }[]>`
      SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`;
    const dump: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await service.db.$queryRawUnsafe<{ text: string | null }[]>(
        `SELECT string_agg(t::text, E'\\n') AS text FROM "${name}" t`,
      );
      dump[name] = row?.text ?? '';
    }
    expect(dump.Delivery).toContain(ids.deliveries[0]);
    expect(findings({ ...SECRETS, ...PERSONAL }, dump).sort()).toEqual(READABLE);
  });
});

/** What receivers are sent. */
const SENT = [
  ...['API key in a header', 'API key in the query', 'bearer token', 'static header'],
  ...['secret in the query of a URL', 'secret in the path of a URL'],
];
/** What answers are made to show: docs/security.md. */
const SHOWN = [
  'answer of a receiver in POST /v1/subscriptions/test 200',
  ...['getAttempt', 'getDelivery', 'listAttempts'].map((name) => `answer of a receiver in ${name}`),
  ...['getConsentState', 'getDeliveryPayload', 'getPermissions'].flatMap((name) =>
    ['authority', 'campaign', 'recorder', 'reference'].map((value) => `${value} in ${name}`),
  ),
  'e-mail address in getCitizen',
  'recorder in listCitizenChanges',
  'reference in deliveries as CSV',
  ...['getCitizen', 'getDelivery', 'listCitizens', 'listDeliveries', 'readJournal', 'readStateDigests'].map(
    (name) => `reference in ${name}`,
  ),
].sort();
/** What stays readable in the database: docs/security.md. */
const READABLE = [
  ...['authority', 'campaign'].map((name) => `${name} in PermissionTransaction`),
  'recorder in PermissionTransaction',
  'reference in Citizen',
];
