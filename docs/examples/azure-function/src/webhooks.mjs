/** An Azure Function (Node.js, programming model v4) that verifies webhooks, keeps their order, stores them and forwards them. */
import { app } from '@azure/functions';
import { createReceiver } from '@cpm-webhooks/receiver';
import { azureHandler } from '@cpm-webhooks/receiver/azure';
import { POSTGRES_SCHEMA, postgresStore } from '@cpm-webhooks/receiver/postgres';
import pg from 'pg';

const { SIGNING_SECRET, DATABASE_URL, FORWARD_URL, FORWARD_SECRET = '' } = process.env;

// Functions run in several instances: what was handled, and the highest number of each citizen, has to be where all of them look.
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5 });
await pool.query(`${POSTGRES_SCHEMA}
  CREATE TABLE IF NOT EXISTS consent (
    subscription_id text NOT NULL, citizen_id text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (subscription_id, citizen_id)
  )`);

/** In one transaction with the note that it was handled. The citizen's next webhook waits until it has ended. */
async function store({ id, updateType, subscriptionId, body }, client) {
  if (updateType === 'effective-permission') {
    await client.query(
      `INSERT INTO consent VALUES ($1, $2, $3) ON CONFLICT (subscription_id, citizen_id) DO UPDATE SET body = EXCLUDED.body`,
      [subscriptionId, body.citizenId, body],
    );
  }
  if (FORWARD_URL) await forward(id, updateType, body);
}

/** To a flow of Power Automate, for example. It may get the same twice, where a process ends in between: the id tells. */
async function forward(id, updateType, body) {
  const answer = await fetch(FORWARD_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...{ 'webhook-id': id, 'x-cpm-update-type': updateType, 'x-forward-secret': FORWARD_SECRET },
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  // The service sends the webhook again then.
  if (!answer.ok) throw new Error(`forwarding is answered with ${answer.status}`);
}

const receiver = createReceiver({
  keys: { secrets: SIGNING_SECRET },
  store: postgresStore(pool),
  on: { 'effective-permission': store, 'consent-receipts': store },
  onError: (error) => console.error(error.message),
});

// Anybody may call it, since the signature decides; a key of the function in the URL would be one more secret to keep.
app.http('webhooks', { methods: ['POST'], authLevel: 'anonymous', handler: azureHandler(receiver) });
