/** What the delivery needs to make a body out of what was stored. */
export { secretsOfEmail, type CitizenEmailBody } from './double-opt-in/email-body';
export { withSentAt, type Envelope, type Sent } from './rendering/bodies';
export type { EffectivePermissionsBody } from './rendering/effective-permissions';
export { pruneReceipt, type ReceiptBody } from './rendering/receipt';
