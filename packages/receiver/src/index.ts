/** Receives the webhooks of cpm-webhooks: verifies, types, deduplicates and orders them. */
export type {
  CitizenEmail,
  ConsentReceipt,
  EffectivePermission,
  EffectivePermissions,
  EffectivePreference,
  ReceiptPermission,
  ReceiptPreference,
} from './bodies.ts';
export {
  entriesFor,
  isPermitted,
  keyOf,
  type Entry,
  type Permission,
  type Preference,
  type StateWebhook,
} from './entries.ts';
export { keySourceOf, type Keys, type KeySource, type PublicJwk, type PublishedKeys } from './keys.ts';
export { memoryStore, type MemoryLimits } from './memory-store.ts';
export {
  createReceiver,
  UnreadableError,
  type Answer,
  type Handler,
  type Outcome,
  type Receiver,
  type ReceiverOptions,
} from './receiver.ts';
export type { GivenHeaders, ReceivedRequest } from './request.ts';
export { takeInTurn, type Memory, type Ordered, type Store, type Taken } from './store.ts';
export { verify, VerificationError, type Refusal } from './verify.ts';
export type { Bodies, Transport, UpdateType, Webhook, WebhookOf } from './webhook.ts';
