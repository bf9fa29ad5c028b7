import type { ErrorDefinition } from './definition';

/** Subscriptions, their deliveries, resyncs and tests. */
export const DELIVERY_CODES = {
  subscription_not_found: {
    status: 404,
    detail: 'There is no subscription with this id.',
    remedy: 'List the subscriptions.',
  },
  subscription_paused: {
    status: 409,
    detail: 'The subscription is paused; its deliveries go on when it is active again.',
    remedy: 'Set its `status` to `active`.',
  },
  too_many_tests: {
    status: 429,
    detail: 'Too many tests are running; try again in a moment.',
    remedy: 'Wait for the seconds of `Retry-After`.',
    retryAfter: 5,
  },
  resync_not_found: {
    status: 404,
    detail: 'The subscription has no resync with this id.',
    remedy: 'List the resyncs of the subscription.',
  },
  journal_not_supported: {
    status: 409,
    detail: 'A subscription to e-mails has no journal: it is told of no changes.',
    remedy: 'Use a subscription with the update type `effective-permission` or `consent-receipts`.',
  },
  digest_not_supported: {
    status: 409,
    detail: 'Only of Effective Permissions it is known which state was delivered last.',
    remedy: 'Use a subscription with the update type `effective-permission`.',
  },
  resync_not_supported: {
    status: 409,
    detail: 'Only Effective Permissions can be sent again: receipts tell of changes, not of a state.',
    remedy: 'Use a subscription with the update type `effective-permission`.',
  },
  resync_running: {
    status: 409,
    detail: 'A resync of the subscription is running already.',
    remedy: 'Wait until it has ended, or cancel it.',
  },
  resync_finished: {
    status: 409,
    detail: 'The resync is {status} already.',
    remedy: 'Nothing is left to cancel; begin a new resync if one is needed.',
  },
  delivery_not_found: {
    status: 404,
    detail: 'There is no delivery with this id.',
    remedy: 'List the deliveries. Finished ones are purged when the retention period is over.',
  },
  attempt_not_found: {
    status: 404,
    detail: 'There is no attempt with this number.',
    remedy: 'List the attempts of the delivery. Of one that fails for days, one for each day is kept.',
  },
  bulk_action_not_found: {
    status: 404,
    detail: 'There is no bulk action with this id.',
    remedy: 'List the bulk actions. Those that have ended are purged when the retention period is over.',
  },
  bulk_action_finished: {
    status: 409,
    detail: 'The bulk action is {status} already.',
    remedy: 'Nothing is left to cancel.',
  },
  too_many_deliveries: {
    status: 409,
    detail: 'The filter means more than {most} deliveries.',
    remedy: 'Do it in several bulk actions, each for a part of the time (`from`, `to`).',
  },
  delivery_finished: {
    status: 409,
    detail: 'The delivery is {status} already.',
    remedy: 'Only an unfinished delivery can be retried or cancelled; a finished one can be sent again.',
  },
  delivery_unfinished: {
    status: 409,
    detail: 'The delivery is {status}; it is still being delivered.',
    remedy: 'Retry it, or wait until it has finished.',
  },
  delivery_blocked: {
    status: 409,
    detail: 'An earlier delivery of the same citizen is undelivered; retry or cancel that one.',
    remedy: 'Find the earlier one in the list of deliveries with `citizenId` and `subscriptionId`.',
  },
  delivery_being_cancelled: {
    status: 409,
    detail: 'The delivery is being cancelled; try again in a moment.',
    remedy: 'Repeat the request in a few seconds.',
    retryAfter: 5,
  },
  email_not_resendable: {
    status: 409,
    detail: 'An e-mail is never sent again; ask for a new one.',
    remedy: 'Submit the permissions as pending once more, which makes a new e-mail.',
  },
  subscription_deleted: {
    status: 409,
    detail: 'The subscription is deleted.',
    remedy: 'Nothing can be sent to it any more.',
  },
  citizen_deleted: {
    status: 409,
    detail: 'The citizen is deleted, and the content with them.',
    remedy: 'Nothing of the content is left that could be sent.',
  },
  content_erased: {
    status: 409,
    detail: 'The content of the delivery is erased.',
    remedy: 'Nothing of the content is left that could be sent.',
  },
} as const satisfies Record<string, ErrorDefinition>;
