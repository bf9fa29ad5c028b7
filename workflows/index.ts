/** The workflows of the bundle; each in a file of its own name. */
export { deliverWebhook } from './deliver-webhook';
export { resync } from './resync';
export { doubleOptIn } from './double-opt-in';
