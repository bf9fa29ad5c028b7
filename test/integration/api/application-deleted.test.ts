/** An application that is deleted: while something of it is written, and after a long life. */
import { purgeApplications } from '../../../src/consent/catalogue/applications';
import { purgeDeleted } from '../../../src/outbox/purge';
import { newId } from '../../../src/platform/ids';
import { ApiRig } from '../../harness/api';
import { backendOf, untilItWaitsFor } from '../../harness/locks';

let rig: ApiRig;
beforeAll(async () => {
  rig = await ApiRig.start();
});
afterAll(() => rig?.stop());

const option = { optionType: 'option', optionId: 'newsletter', justification: 'consent', state: 'GRANTED' };
const template = {
  subject: 'Hello',
  mjml: '<mjml><mj-body><mj-section><mj-column><mj-text>{{ confirmUrl }}</mj-text></mj-column></mj-section></mj-body></mjml>',
  text: '{{ confirmUrl }}',
};

describe('while its application is being deleted,', () => {
  it.each<[string, string, string, object, number]>([
    ['an option', 'PUT', '/v1/applications/brief/options/o', { name: 'O' }, 404],
    ['a group', 'PUT', '/v1/applications/brief/option-groups/g', { name: 'G', optionIds: [] }, 404],
    [
      'a preference',
      'PUT',
      '/v1/applications/brief/preferences/p',
      { label: 'P', type: 'single', choices: [{ reference: 'red', label: 'Red' }] },
      404,
    ],
    [
      'a privacy policy',
      'PUT',
      '/v1/applications/brief/privacy-policies/v1',
      { reference: 'P', name: 'P', url: 'https://a.example/p' },
      404,
    ],
    [
      'a permission statement',
      'PUT',
      '/v1/applications/brief/permission-statements/s',
      { reference: 'S', text: 'S' },
      404,
    ],
    ['an e-mail template', 'PUT', '/v1/applications/brief/email-templates/double-opt-in/de', template, 404],
    [
      'a subscription',
      'POST',
      '/v1/subscriptions',
      { applicationId: 'brief', name: 'S', url: 'https://a.example/hook', updateType: 'consent-receipts' },
      400,
    ],
    [
      'a change',
      'POST',
      '/v1/permissions/transactions',
      { applicationId: 'brief', externalRef: 'c', changes: [option] },
      400,
    ],
  ])('%s waits, and is refused as of an unknown one', async (_, method, path, body, status) => {
    await rig.call('PUT', '/v1/applications/brief', { body: { name: 'Brief' } });
    let answer: Promise<{ status: number; body: any }> | undefined;
    await rig.db.$transaction(async (tx) => {
      await tx.application.delete({ where: { id: 'brief' } });
      answer = rig.call(method, path, { body });
      await untilItWaitsFor(await backendOf(tx), rig.db, answer);
    });
    expect(await answer).toMatchObject({ status });
  });
});

describe('an application whose deleted citizens have left much behind', () => {
  const MANY = 3_000;
  const body = { name: 'Old', sender: { email: 'old@example.com' } };
  const changesLeft = (): Promise<number> =>
    rig.db.change.count({ where: { citizen: { applicationId: 'old' } } });

  /** Removes what may go, batch by batch, as the sweep does. */
  async function purgeAll(): Promise<void> {
    while (await purgeDeleted(rig.db)) continue;
    await purgeApplications(rig.db);
  }

  beforeEach(async () => {
    await rig.call('PUT', '/v1/applications/old', { body });
    await rig.call('PUT', '/v1/applications/old/options/newsletter', { body: { name: 'N' } });
    await rig.db.$executeRaw`
      WITH gone AS (
        INSERT INTO "Citizen" ("id", "applicationId", "deletedAt") VALUES (${newId()}::uuid, 'old', now()) RETURNING "id")
      INSERT INTO "Change" ("id", "citizenId", "sequence", "kind", "recordedAt")
      SELECT gen_random_uuid(), gone."id", n, 'recorded', now() FROM gone, generate_series(1, ${MANY}::int) n`;
    expect((await rig.call('DELETE', '/v1/applications/old')).status).toBe(204);
  });
  afterEach(purgeAll);

  it('is deleted at once, and what they left is purged in batches', async () => {
    expect(await changesLeft()).toBe(MANY);
    await purgeDeleted(rig.db);
    expect(await changesLeft()).toBe(MANY - 1_000);
    await purgeAll();
    expect(await rig.db.application.count({ where: { id: 'old' } })).toBe(0);
  });

  it.each<[string, string, object | undefined, number]>([
    ['GET', '/v1/applications/old', undefined, 404],
    ['DELETE', '/v1/applications/old', undefined, 404],
    ['GET', '/v1/applications/old/options', undefined, 404],
    ['GET', '/v1/applications/old/options/newsletter', undefined, 404],
    ['PUT', '/v1/applications/old/options/newsletter', { name: 'N' }, 404],
    ['POST', '/v1/applications/old/email-templates/double-opt-in/en/preview', template, 404],
    ['POST', '/v1/citizens', { applicationId: 'old', externalRef: 'c' }, 404],
    [
      'POST',
      '/v1/permissions/transactions',
      { applicationId: 'old', externalRef: 'c', changes: [option] },
      400,
    ],
    [
      'POST',
      '/v1/subscriptions',
      { applicationId: 'old', name: 'S', url: 'https://a.example/hook', updateType: 'consent-receipts' },
      400,
    ],
  ])('exists for nobody meanwhile: %s %s', async (method, path, sent, status) => {
    expect(await rig.call(method, path, sent && { body: sent })).toMatchObject({ status });
    const { items } = (await rig.call('GET', '/v1/applications?limit=100')).body;
    expect(items.filter(({ id }) => id === 'old')).toEqual([]);
    const key = { name: 'K', scopes: ['consent:read'], applicationIds: ['old'] };
    expect((await rig.asOwner('POST', '/v1/api-keys', { body: key })).body.errors[0]?.code).toBe(
      'unknown_application',
    );
  });

  it('can be created anew meanwhile, without anything of the former one', async () => {
    const created = await rig.call('PUT', '/v1/applications/old', { body: { name: 'New' } });
    expect(created).toMatchObject({ status: 200, body: { name: 'New', sender: null } });
    expect((await rig.call('GET', '/v1/applications/old/options')).body.total).toBe(0);
    await purgeAll();
    expect((await rig.call('GET', '/v1/applications/old')).status).toBe(200);
    expect(await changesLeft()).toBe(0);
    expect((await rig.call('DELETE', '/v1/applications/old')).status).toBe(204);
    expect(await rig.db.application.count({ where: { id: 'old' } })).toBe(0);
  });
});
