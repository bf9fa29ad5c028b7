/**
 * The codes of fields that are wrong, each with its message, which tells the allowed form and never the value. They
 * follow the same promise as the codes of problem documents.
 */
import { CONSENT_FIELD_CODES } from './consent-field-codes';
import { SUBSCRIPTION_FIELD_CODES } from './subscription-field-codes';

/** Forms that any field may have. */
const FORM_CODES = {
  required: 'is required',
  unknown_field: 'is not a known field',
  invalid_type: 'must be {expected}',
  invalid_value: 'must be one of {allowed}',
  fixed_value: 'must be {allowed}',
  invalid_format: 'does not have the required form',
  empty: 'must not be empty',
  too_short: 'must have at least {min} characters',
  too_long: 'must have at most {max} characters',
  entry_required: 'must have an entry',
  too_few_entries: 'must have at least {min} entries',
  too_many_entries: 'must have at most {max} entries',
  too_small: 'must be at least {min}',
  too_large: 'must be at most {max}',
  out_of_range: 'must be a whole number from {min} to {max}',
  control_characters: 'must not hold control characters',
  blank: 'must hold something that can be seen',
  duplicate: 'is named twice',
  given_twice: 'may be given once',
  immutable: 'cannot be changed',
  invalid_id: 'must be an id',
  invalid_chosen_id:
    'must begin with a letter or digit of ASCII, and hold no others than these and . _ : ~ -',
  invalid_email: 'must be an e-mail address',
  invalid_url: 'must be an absolute http or https URL',
  invalid_time: 'must be a time with an offset, like 2026-01-31T12:00:00Z',
  time_without_plus: 'must be a time whose + is written as %2B in a query: unencoded, it stands for a space',
  time_too_precise: 'must be a time with six digits of a second at most',
  time_out_of_range: 'must be a time between the years 0001 and 9999',
  invalid_time_range: 'must lie before to, by {days} days at most',
  invalid_cursor: 'must be the nextCursor of a page of this list',
  cursor_too_old: 'lies before what is still kept',
  given_beside_cursor: 'cannot be given beside a cursor',
  invalid_idempotency_key: 'must be 1 to 255 visible ASCII characters',
  wrong_setup_code: 'is wrong',
  wrong_password: 'is wrong',
  wrong_code: 'is wrong, or was used already',
  common_password: 'is among the passwords that are guessed first: choose one that nobody else has',
  password_names_account: 'must not hold the name of the account or of the product',
} as const;

export const FIELD_CODES = {
  ...FORM_CODES,
  ...CONSENT_FIELD_CODES,
  ...SUBSCRIPTION_FIELD_CODES,
} as const satisfies Record<string, string>;

/** Why a field is wrong. */
export type FieldCode = keyof typeof FIELD_CODES;

/** The message of a code, with the names of its parameters. */
export type FieldMessageOf<C extends FieldCode> = (typeof FIELD_CODES)[C];
