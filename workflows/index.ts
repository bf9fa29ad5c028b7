/** The workflows of the bundle; each in a file of its own name. */
export { deliverWebhook } from './deliver-webhook/workflow';
export { resync } from './resync/workflow';
export { tellOperators } from './tell-operators/workflow';
export { doubleOptIn } from './double-opt-in/workflow';
