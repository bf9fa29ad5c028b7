/** The double opt-in scenario: an e-mail to forward, a link that is opened, a button that is pressed. */
import type { Received } from '../receiver/receiver';
import { until } from './until';
import { APPLICATION, CITIZEN, type DemoChange, type DemoEnvironment } from './environment';

type Say = (text: string) => void;

interface Email {
  readonly subject: string;
  readonly to: readonly { readonly email: string }[];
  readonly confirmUrl: string;
}

/** Consent that counts once the citizen has confirmed it by e-mail. */
export async function confirmByEmail(environment: DemoEnvironment, say: Say): Promise<void> {
  await environment.client.call('PUT', `/v1/applications/${APPLICATION}/permission-statements/newsletter`, {
    reference: 'newsletter-1',
    text: 'I would like to receive the newsletter by e-mail.',
  });
  const { citizenId } = await environment.record('GRANTED', {
    ...{ submitAsPending: true, email: `${CITIZEN}@shop.example`, locale: 'en' },
    permissionStatementId: 'newsletter',
  });
  say(`submitted as pending: in effect is ${await stateOf(environment)}`);
  const email = JSON.parse((await arrived(environment, 'citizen-emails', citizenId)).body) as Email;
  say(`  citizen-emails: "${email.subject}", to ${email.to[0]?.email}`);
  const page = await (await fetch(email.confirmUrl)).text();
  say(`the link is opened, as a mail scanner would too: in effect is ${await stateOf(environment)}`);
  const shown = /name="shown" value="(\d+)"/.exec(page)?.[1] ?? '';
  await fetch(email.confirmUrl, {
    method: 'POST',
    body: new URLSearchParams({ decision: 'confirmed', shown }),
  });
  say(`the button is pressed: in effect is ${await stateOf(environment)}`);
  await arrived(environment, 'consent-receipts', citizenId, '"channel":"double-opt-in"');
  say('  consent-receipts: told of it, like of any change');
}

async function stateOf(environment: DemoEnvironment): Promise<string> {
  const { permissions } = await environment.client.call<{ permissions: readonly { state: string }[] }>(
    'GET',
    `/v1/permissions?applicationId=${APPLICATION}&externalRef=${CITIZEN}`,
  );
  return permissions.map(({ state }) => state).join(', ');
}

/** The latest webhook of a type about the citizen. */
function arrived(
  { receiver }: DemoEnvironment,
  updateType: string,
  citizenId: DemoChange['citizenId'],
  content = '',
): Promise<Received> {
  return until(`the ${updateType} webhook`, () =>
    receiver.received.findLast(
      ({ headers, body }) =>
        headers['x-cpm-update-type'] === updateType && body.includes(citizenId) && body.includes(content),
    ),
  );
}
