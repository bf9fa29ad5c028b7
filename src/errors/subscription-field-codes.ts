/** What can be wrong with a field of a subscription. */
export const SUBSCRIPTION_FIELD_CODES = {
  url_with_credentials: 'must not hold credentials; use authentication',
  url_with_fragment: 'must not have a fragment',
  masked_url: 'has *** in place of what is not stored for this scheme, host, port and path: give it again',
  https_required: 'must be an https URL',
  private_target: 'must not be a loopback or private address',
  secret_required: 'is required: none is stored',
  secret_of_other_origin:
    'must be given again: the stored one is for another scheme, host or port, and is not sent elsewhere',
  signing_secret_read_only: 'cannot be set; ask for a new one',
  invalid_overlap: 'must be a duration like 90s, 15m, 24h or 7d, of 30d at most; 0s for none',
  invalid_token: 'must be visible ASCII characters without spaces',
  invalid_header_name: 'must be a header name: letters, digits and hyphens',
  reserved_header: 'must not be a header that webhooks set themselves or that governs the connection',
  invalid_certificate: 'must be a certificate in PEM that a connection can be made with',
  invalid_private_key: 'must be a private key in PEM without a passphrase',
  key_of_other_certificate: 'is the key of another certificate',
  certificate_expired: 'has expired',
  certificate_not_yet_valid: 'is not valid yet',
  header_of_authentication: 'is set by the authentication already',
  filter_of_emails: 'must be null: e-mails to citizens are not filtered',
  invalid_header_value: 'must be visible ASCII characters, without spaces at the ends',
} as const;
