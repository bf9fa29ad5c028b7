/** The groups that the OpenAPI document sorts its operations into, in the order in which they are best read and tried out. */

const DESCRIPTIONS = {
  Applications: 'An application owns a catalogue, citizens and subscriptions; start by creating one.',
  Catalogue:
    'What the citizens of an application can be asked for: options and their groups, privacy policies, permission statements, preferences.',
  'E-mail templates':
    "What an application's double opt-in e-mails say, by language; built-in ones serve without any.",
  Citizens: 'The people whose consent is recorded, known by the reference that the application gives them.',
  Subscriptions: 'Where webhooks are sent, of which type, and how they authenticate themselves.',
  'Test requests': 'Try an endpoint out with an example webhook.',
  Consent:
    'Records permissions and preferences, and tells what is in effect. Every change is delivered to all active subscriptions.',
  Resyncs: 'Send the current state of every citizen to a subscription again.',
  Deliveries:
    'The log of the webhooks: what was sent, what waits and why; retry, cancel or resend each of them.',
  'Bulk actions': 'Retry, cancel or resend many deliveries at once.',
  Overview: 'What an operator looks at first.',
  Alerts: 'What is wrong, and since when.',
  Session: 'Logging in to the admin UI, and out.',
  Administrators: 'The people who may log in to the admin UI.',
  'Audit trail': 'Who did what, and when.',
  'API keys': 'Keys for the header `X-API-Key`.',
} as const;

/** Name of a group of operations. */
export type Tag = keyof typeof DESCRIPTIONS;

/** All groups with their descriptions, in reading order. */
export const TAGS: readonly { readonly name: Tag; readonly description: string }[] = Object.entries(
  DESCRIPTIONS,
).map(([name, description]) => ({ name: name as Tag, description }));
