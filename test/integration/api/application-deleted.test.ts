/** An application that is deleted just when something of it is written. */
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
