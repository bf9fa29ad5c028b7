import type { ErrorDefinition } from './definition';

/** Applications, their catalogues, and citizens. */
export const CONSENT_CODES = {
  application_not_found: {
    status: 404,
    detail: 'There is no application "{applicationId}".',
    remedy: 'Create it, or list the applications.',
  },
  option_not_found: {
    status: 404,
    detail: 'There is no option "{id}" in application "{applicationId}".',
    remedy: 'Create it, or list the options of the application.',
  },
  option_group_not_found: {
    status: 404,
    detail: 'There is no option group "{id}" in application "{applicationId}".',
    remedy: 'Create it, or list the option groups of the application.',
  },
  privacy_policy_not_found: {
    status: 404,
    detail: 'There is no privacy policy "{id}" in application "{applicationId}".',
    remedy: 'Create it, or list the privacy policies of the application.',
  },
  permission_statement_not_found: {
    status: 404,
    detail: 'There is no permission statement "{id}" in application "{applicationId}".',
    remedy: 'Create it, or list the permission statements of the application.',
  },
  preference_not_found: {
    status: 404,
    detail: 'There is no preference "{reference}" in application "{applicationId}".',
    remedy: 'Create it, or list the preferences of the application.',
  },
  email_template_not_found: {
    status: 404,
    detail: 'The application "{applicationId}" has no template of its own for {type} in {locale}.',
    remedy: 'Nothing needs to be done: the built-in template serves.',
  },
  citizen_not_found: {
    status: 404,
    detail: 'There is no citizen with this id, or none with this reference in the application.',
    remedy: 'Check them. A deleted citizen is gone for good.',
  },
  opt_in_not_found: {
    status: 404,
    detail: 'There is no double opt-in with this id.',
    remedy: 'Use the `optInId` of a submission. With its citizen a double opt-in is deleted.',
  },
  application_has_citizens: {
    status: 409,
    detail: 'The application has citizens.',
    remedy: 'Delete them first.',
  },
  application_has_subscriptions: {
    status: 409,
    detail: 'The application has subscriptions.',
    remedy: 'Delete them first.',
  },
  application_has_deliveries: {
    status: 409,
    detail: 'The log still holds deliveries of the application.',
    remedy: 'Wait until they have been purged from the log.',
  },
  option_in_group: {
    status: 409,
    detail: 'The option belongs to a group.',
    remedy: 'Take it out of its groups first.',
  },
  option_in_use: {
    status: 409,
    detail: 'The option is in use: permissions name it.',
    remedy: 'Keep it: recorded permissions refer to it.',
  },
  named_by_filter: {
    status: 409,
    detail: 'The filter of a subscription names it.',
    remedy: 'Take it out of the filters of subscriptions first.',
  },
  option_group_in_use: {
    status: 409,
    detail: 'The option group is in use: permissions name it.',
    remedy: 'Keep it: recorded permissions refer to it.',
  },
  privacy_policy_in_use: {
    status: 409,
    detail: 'The privacy policy is in use: permissions name it.',
    remedy: 'Keep it: recorded permissions refer to it.',
  },
  permission_statement_in_use: {
    status: 409,
    detail: 'The permission statement is in use: permissions name it.',
    remedy: 'Keep it: recorded permissions refer to it.',
  },
  preference_in_use: {
    status: 409,
    detail: 'The preference is in use: citizens have answered it.',
    remedy: 'Keep it: the answers refer to it.',
  },
  choice_in_use: {
    status: 409,
    detail: 'A choice that is left out is in use: citizens have chosen it.',
    remedy: 'Keep the choice; its label may change.',
  },
  several_choices_in_use: {
    status: 409,
    detail: 'The preference cannot become single choice: citizens have made several choices.',
    remedy: 'Create another preference with a single choice.',
  },
  external_ref_taken: {
    status: 409,
    detail: 'There is a citizen with this externalRef already.',
    remedy: 'Use that citizen. To repeat a request safely, send it with an `Idempotency-Key`.',
  },
  sender_missing: {
    status: 409,
    detail: 'The application has no sender of e-mails, so it cannot ask for a confirmation.',
    remedy: 'Set the `sender` of the application.',
  },
} as const satisfies Record<string, ErrorDefinition>;
