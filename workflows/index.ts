/** The workflows of the bundle; each in a file of its own name. */
export { deliverWebhook } from './deliver-webhook/workflow';
export { resync } from './resync/workflow';
export { doubleOptIn } from './double-opt-in/workflow';
