/**
 * Keeps the members of an audience of Mailchimp in step with consent. README.md beside it explains the mapping.
 *
 *   SIGNING_SECRET=whsec_... MAILCHIMP_API_KEY=...-us21 MAILCHIMP_LIST_ID=a1b2c3d4e5 MAILCHIMP_STATUS_KEY=option:newsletter \
 *   MAILCHIMP_PERMISSIONS='{"option:profiling":"e9f0a1b2c3"}' \
 *   MAILCHIMP_INTERESTS='{"preference:contact-frequency":{"weekly":"1a2b3c4d5e","monthly":"5e4d3c2b1a"}}' \
 *   node receiver.mjs
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { createReceiver, entriesFor, isPermitted } from '@cpm-webhooks/receiver';
import { expressHandler } from '@cpm-webhooks/receiver/express';

const { SIGNING_SECRET, MAILCHIMP_API_KEY = '', MAILCHIMP_LIST_ID, PORT = '4100' } = process.env;
const { MAILCHIMP_STATUS_KEY = 'option:newsletter', DATA_FOLDER = './members' } = process.env;
const PERMISSIONS = JSON.parse(process.env.MAILCHIMP_PERMISSIONS ?? '{}');
const INTERESTS = JSON.parse(process.env.MAILCHIMP_INTERESTS ?? '{}');
/** A key ends with the data centre of its account. */
const { MAILCHIMP_URL = `https://${MAILCHIMP_API_KEY.split('-').at(-1)}.api.mailchimp.com` } = process.env;

mkdirSync(DATA_FOLDER, { recursive: true, mode: 0o700 });

/** Refusals of somebody who has left by a link in an e-mail, or whom people have deleted for good: only they can come back, by a form. */
const FINAL = ['Member In Compliance State', 'Forgotten Email Not Subscribed'];

async function apply(webhook) {
  const { body } = webhook;
  const email = addressOf(body);
  if (!email) return;
  const status = entriesFor(webhook, [MAILCHIMP_STATUS_KEY]).get(MAILCHIMP_STATUS_KEY);
  const permissions = [...entriesFor(webhook, Object.keys(PERMISSIONS))].map(([key, entry]) => ({
    marketing_permission_id: PERMISSIONS[key],
    enabled: isPermitted(entry),
  }));
  const interests = [...entriesFor(webhook, Object.keys(INTERESTS))].flatMap(([key, entry]) => {
    const chosen = entry?.choices.map(({ reference }) => reference) ?? [];
    return Object.entries(INTERESTS[key]).map(([choice, id]) => [id, chosen.includes(choice)]);
  });
  const member = {
    email_address: email,
    ...(permissions.length > 0 && { marketing_permissions: permissions }),
    ...(interests.length > 0 && { interests: Object.fromEntries(interests) }),
  };
  if (isPermitted(status)) {
    const refusal = await mailchimp('PUT', email, {
      ...member,
      status: 'subscribed',
      status_if_new: 'subscribed',
    });
    if (!FINAL.includes(refusal?.title)) return orThrow(refusal);
    // Trying again would not help, and nobody gets what they don't want.
    return console.warn(`citizen ${body.citizenId} is not subscribed: ${refusal.title}`);
  }
  // No member is made of somebody who does not permit it. A receipt may say nothing of the status.
  const refusal = await mailchimp('PATCH', email, {
    ...member,
    ...(status !== undefined && { status: 'unsubscribed' }),
  });
  if (refusal?.status !== 404) orThrow(refusal);
}

function orThrow(refusal) {
  if (refusal) throw new Error(`Mailchimp answers with ${refusal.status} (${refusal.title})`);
}

/**
 * The e-mail address of a citizen. Here it is your reference; where that is something else, look the address up in its place. It is stored by the
 * citizen's id, since the reference is erased some time after a citizen was deleted, and whoever is subscribed must still be found.
 */
function addressOf({ citizenId, externalRef }) {
  const file = path.join(DATA_FOLDER, citizenId);
  if (externalRef !== null) {
    writeFileSync(file, externalRef, { mode: 0o600 });
    return externalRef;
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined, or how a request was refused. */
async function mailchimp(method, email, member) {
  const hash = createHash('md5').update(email.toLowerCase()).digest('hex');
  const url = new URL(`/3.0/lists/${MAILCHIMP_LIST_ID}/members/${hash}`, MAILCHIMP_URL);
  url.searchParams.set('skip_merge_validation', 'true');
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`key:${MAILCHIMP_API_KEY}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(member),
    // The service waits 15 seconds for an answer.
    signal: AbortSignal.timeout(10_000),
  });
  const { title } = await answer.json().catch(() => ({}));
  return answer.ok ? undefined : { status: answer.status, title };
}

const receiver = createReceiver({
  keys: { secrets: SIGNING_SECRET },
  on: { 'effective-permission': apply, 'consent-receipts': apply },
  // The answer is a 500 then, and the service sends the webhook again: after a 429 (more than ten requests at once), a 5xx or no answer of
  // Mailchimp, and also while the key or the audience is wrong, until somebody has mended that.
  onError: (error) => console.error(error.message),
});

const server = createServer(expressHandler(receiver));
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`waiting for webhooks at http://127.0.0.1:${server.address().port}/`);
});
