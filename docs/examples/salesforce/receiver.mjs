/**
 * Keeps the contacts of Salesforce in step with consent. README.md beside it explains the mapping.
 *
 *   SIGNING_SECRET=whsec_... SALESFORCE_URL=https://example.my.salesforce.com SALESFORCE_ACCESS_TOKEN=00D... \
 *   SALESFORCE_FIELDS='{"option:newsletter":"HasOptedOutOfEmail","option:profiling":"Profiling_Consent__c"}' \
 *   node receiver.mjs
 */
import { createServer } from 'node:http';
import { createReceiver, entriesFor, isPermitted } from '@cpm-webhooks/receiver';
import { expressHandler } from '@cpm-webhooks/receiver/express';

const { SIGNING_SECRET, SALESFORCE_URL, SALESFORCE_ACCESS_TOKEN, PORT = '4100' } = process.env;
const { SALESFORCE_API_VERSION = '62.0', SALESFORCE_ID_FIELD = 'Customer_Ref__c' } = process.env;
/** An object with a record of each transaction, as evidence; without: none. */
const { SALESFORCE_EVIDENCE_OBJECT } = process.env;
const FIELDS = JSON.parse(process.env.SALESFORCE_FIELDS ?? '{}');

/** An external id, in which a contact is known by the citizen's id. */
const CITIZEN_FIELD = 'CPM_Citizen_Id__c';

const MOST_PARTS_OF_A_COMPOSITE = 25;

async function apply(webhook) {
  const { citizenId, externalRef } = webhook.body;
  const entries = entriesFor(webhook, Object.keys(FIELDS));
  // The reference of a citizen who was deleted long ago is erased: then the id that was stored before has to do.
  const [idField, id] =
    externalRef === null ? [CITIZEN_FIELD, citizenId] : [SALESFORCE_ID_FIELD, externalRef];
  const fields = Object.fromEntries(
    [...entries].map(([key, entry]) => [FIELDS[key], valueOf(FIELDS[key], entry)]),
  );
  // Contacts are made by people: one that is not there needs no opt-out, and gets its state by a resync once it is.
  const contact = {
    ...{ method: 'PATCH', path: `sobjects/Contact/${idField}/${encodeURIComponent(id)}?updateOnly=true` },
    body: idField === CITIZEN_FIELD ? fields : { ...fields, [CITIZEN_FIELD]: citizenId },
  };
  const records = SALESFORCE_EVIDENCE_OBJECT ? evidenceOf(webhook.body, { [idField]: id }) : [];
  if (records.length === 0) return void (await salesforce(contact));
  const parts = [contact, ...records];
  while (parts.length > 0) if (!(await together(parts.splice(0, MOST_PARTS_OF_A_COMPOSITE)))) return;
}

/** `HasOptedOutOf…` says the opposite of a permission; another field has the state or the choices, or is cleared. */
function valueOf(field, entry) {
  if (field.startsWith('HasOptedOut')) return !isPermitted(entry);
  return entry?.state ?? entry?.choices?.map(({ reference }) => reference).join(';') ?? null;
}

/** A record of each transaction of a body. A transaction never changes, so writing it again alters nothing. */
function evidenceOf({ permissions = [] }, contact) {
  return permissions
    .filter(({ state }) => state !== null)
    .map((one) => ({
      method: 'PATCH',
      path: `sobjects/${SALESFORCE_EVIDENCE_OBJECT}/Transaction_Id__c/${one.transactionId}`,
      body: {
        Contact__r: contact,
        ...{ Option__c: `${one.optionType}:${one.optionId}`, State__c: one.state },
        ...{ Lawful_Basis__c: one.justification, Obtained_At__c: one.obtainedAt },
        Statement__c: one.permissionStatementRef,
      },
    }));
}

/** All or none of several requests; false where there is no such contact. */
async function together(parts) {
  const { compositeResponse } = await salesforce({
    ...{ method: 'POST', path: 'composite' },
    body: {
      allOrNone: true,
      compositeRequest: parts.map(({ method, path, body }, index) => ({
        ...{
          method,
          url: `/services/data/v${SALESFORCE_API_VERSION}/${path}`,
          referenceId: `part${index}`,
          body,
        },
      })),
    },
  });
  // One that failed undoes the others, which say PROCESSING_HALTED.
  const failed = compositeResponse
    .filter(({ httpStatusCode }) => httpStatusCode >= 300)
    .map(({ httpStatusCode, body }) => ({ status: httpStatusCode, code: body?.[0]?.errorCode }))
    .filter(({ code }) => code !== 'PROCESSING_HALTED');
  if (failed.length > 0) judge('composite', failed[0].status, failed[0].code);
  return failed.length === 0;
}

async function salesforce({ method, path, body }) {
  const answer = await fetch(new URL(`/services/data/v${SALESFORCE_API_VERSION}/${path}`, SALESFORCE_URL), {
    method,
    headers: { authorization: `Bearer ${SALESFORCE_ACCESS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    // The service waits 15 seconds for an answer.
    signal: AbortSignal.timeout(10_000),
  });
  const result = await answer.json().catch(() => ({}));
  if (answer.ok) return result;
  judge(path.split('/', 2).join('/'), answer.status, result[0]?.errorCode);
  return {};
}

/** Nothing but a contact that is not there is taken for handled. */
function judge(what, status, code) {
  if (status === 404 && code === 'NOT_FOUND') return console.log('there is no such contact');
  // Neither the path nor the message: they name people.
  throw new Error(`Salesforce answers ${what} with ${status} (${code})`);
}

const receiver = createReceiver({
  keys: { secrets: SIGNING_SECRET },
  on: { 'effective-permission': apply, 'consent-receipts': apply },
  // The answer is a 500 then, and the service sends the webhook again: after a limit of requests, a locked row, a token that has ended, several
  // contacts with one reference (300) or a field that is missing, until that is mended.
  onError: (error) => console.error(error.message),
});

const server = createServer(expressHandler(receiver));
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`waiting for webhooks at http://127.0.0.1:${server.address().port}/`);
});
