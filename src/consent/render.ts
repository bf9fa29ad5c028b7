/** What the delivery module needs to make a body from stored data. */
export { secretsOfEmail, tokenOf, type CitizenEmailBody } from './double-opt-in/email-body';
export { withSentAt, type Envelope, type Sent } from './rendering/bodies';
export { narrowState, type EffectivePermissionsBody } from './rendering/effective-permissions';
export { digestOfState } from './rendering/state-digest';
export { keysOfReceipt, pruneReceipt, type ReceiptBody } from './rendering/receipt';
