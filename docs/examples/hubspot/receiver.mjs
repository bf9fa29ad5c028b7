/**
 * Keeps the contacts of HubSpot and their e-mail subscriptions in step with consent. README.md beside it explains the mapping.
 *
 *   SIGNING_SECRET=whsec_... HUBSPOT_TOKEN=pat-... \
 *   HUBSPOT_SUBSCRIPTION_TYPES='{"option:newsletter":123456}' \
 *   HUBSPOT_PROPERTIES='{"option:profiling":"consent_profiling","preference:contact-frequency":"contact_frequency"}' \
 *   node receiver.mjs
 */
import { createServer } from 'node:http';
import { createReceiver, entriesFor, isPermitted } from '@cpm-webhooks/receiver';
import { expressHandler } from '@cpm-webhooks/receiver/express';

const { SIGNING_SECRET, HUBSPOT_TOKEN, PORT = '4100' } = process.env;
const { HUBSPOT_URL = 'https://api.hubapi.com', HUBSPOT_ID_PROPERTY = 'customer_ref' } = process.env;
const SUBSCRIPTION_TYPES = JSON.parse(process.env.HUBSPOT_SUBSCRIPTION_TYPES ?? '{}');
const PROPERTIES = JSON.parse(process.env.HUBSPOT_PROPERTIES ?? '{}');

/** A property with unique values, in which a contact is known by the citizen's id. */
const CITIZEN_PROPERTY = 'cpm_citizen_id';

/** HubSpot knows no other lawful basis of e-mails; `legalBasis` may be left out. */
const LEGAL_BASIS = {
  consent: 'CONSENT_WITH_NOTICE',
  'legitimate-interest': 'LEGITIMATE_INTEREST_OTHER',
  contract: 'PERFORMANCE_OF_CONTRACT',
};

async function apply(webhook) {
  const { citizenId, externalRef } = webhook.body;
  // The reference of a citizen who was deleted long ago is erased: then the id that was stored before has to do.
  const idProperty = externalRef === null ? CITIZEN_PROPERTY : HUBSPOT_ID_PROPERTY;
  const id = externalRef ?? citizenId;
  const contact = await findContact(idProperty, id);

  const statuses = [...entriesFor(webhook, Object.keys(SUBSCRIPTION_TYPES))];
  const withdrawn = statuses.filter(([, entry]) => !isPermitted(entry));
  const granted = statuses.filter(([, entry]) => isPermitted(entry));
  // No contact is made of somebody who permits nothing.
  if (!contact && granted.length === 0) return;

  const email = contact ? contact.properties.email : idProperty === 'email' ? id : undefined;
  // First, so that nothing else can hold them up.
  if (email) await setStatuses(email, 'UNSUBSCRIBED', withdrawn);
  const properties = Object.fromEntries(
    [...entriesFor(webhook, Object.keys(PROPERTIES))].map(([key, entry]) => [
      PROPERTIES[key],
      valueOf(entry),
    ]),
  );
  await hubspot('/crm/v3/objects/contacts/batch/upsert', {
    inputs: [{ id, idProperty, properties: { ...properties, [CITIZEN_PROPERTY]: citizenId } }],
  });
  if (!email) return;
  try {
    await setStatuses(email, 'SUBSCRIBED', granted);
  } catch (error) {
    // Such as a contact who has opted out of all e-mails at HubSpot: trying again would not help, and nobody gets what they don't want.
    if (!error.isFinal) throw error;
    console.warn(`citizen ${citizenId} is not subscribed: ${error.message}`);
  }
}

/** A state or the choices as a property holds them; an empty text clears it. */
function valueOf(entry) {
  return entry?.state ?? entry?.choices?.map(({ reference }) => reference).join(';') ?? '';
}

async function findContact(idProperty, id) {
  const { results } = await hubspot(
    '/crm/v3/objects/contacts/batch/read',
    { idProperty, inputs: [{ id }], properties: ['email'], propertiesWithHistory: [] },
    ['OBJECT_NOT_FOUND'],
  );
  return results[0];
}

async function setStatuses(email, statusState, entries) {
  if (entries.length === 0) return;
  await hubspot('/communication-preferences/v4/statuses/batch/write', {
    inputs: entries.map(([key, entry]) => ({
      ...{
        channel: 'EMAIL',
        subscriberIdString: email,
        subscriptionId: SUBSCRIPTION_TYPES[key],
        statusState,
      },
      ...(entry && {
        ...(LEGAL_BASIS[entry.justification] && { legalBasis: LEGAL_BASIS[entry.justification] }),
        legalBasisExplanation: `${entry.state}, ${entry.obtainedAt}, transaction ${entry.transactionId}`,
      }),
    })),
  });
}

/** One request. A batch may be answered with a 2xx and still have errors. */
async function hubspot(path, body, expected = []) {
  const answer = await fetch(new URL(path, HUBSPOT_URL), {
    method: 'POST',
    headers: { authorization: `Bearer ${HUBSPOT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // There are four at most, and the service waits 15 seconds for an answer.
    signal: AbortSignal.timeout(3_500),
  });
  const result = await answer.json();
  const categories = [
    ...(answer.ok ? [] : [result.category]),
    ...(result.errors ?? []).map((one) => one.category),
  ];
  const failed = categories.filter((category) => !expected.includes(category));
  if (answer.ok && failed.length === 0) return result;
  // The message names no contact: it goes to the log.
  const error = new Error(`HubSpot answers ${path} with ${answer.status} (${failed.join(', ')})`);
  error.isFinal = failed.every((category) => category === 'VALIDATION_ERROR');
  throw error;
}

const receiver = createReceiver({
  keys: { secrets: SIGNING_SECRET },
  on: { 'effective-permission': apply, 'consent-receipts': apply },
  // The answer is a 500 then, and the service sends the webhook again: after a 429, a 5xx or no answer of HubSpot, and also after a refusal
  // such as a wrong token or a property that is missing, until somebody has mended that.
  onError: (error) => console.error(error.message),
});

const server = createServer(expressHandler(receiver));
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`waiting for webhooks at http://127.0.0.1:${server.address().port}/`);
});
