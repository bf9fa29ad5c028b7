import type { ErrorDefinition } from './definition';

/** What can be wrong with any request, and who may make it. */
export const REQUEST_CODES = {
  invalid_request: {
    status: 400,
    detail: 'The request is not valid.',
    remedy: 'Correct the fields that `errors` names; each has a code too.',
  },
  unreadable_request: {
    status: 400,
    detail: 'The request could not be read: its body must be JSON, and its path well encoded.',
    remedy: 'Send a body that is valid JSON, and percent-encode the path.',
  },
  invalid_encoding: {
    status: 400,
    detail: 'The request holds bytes that are not UTF-8.',
    remedy: 'Encode bodies, and what is percent-encoded in paths and query strings, in UTF-8.',
  },
  null_character: {
    status: 400,
    detail: 'The path or the query string holds a null character.',
    remedy: 'Leave it out: nothing has one in its name.',
  },
  repeated_member: {
    status: 400,
    detail: 'The body names a member of an object twice, and which of both is meant is a guess.',
    remedy: 'Name each member once.',
  },
  unauthenticated: {
    status: 401,
    detail: 'A valid X-API-Key is required, or a session of the admin UI.',
    remedy: 'Send an API key that exists, is not over and has not been revoked, or log in again.',
  },
  wrong_credentials: {
    status: 401,
    detail: 'The e-mail address or the password is wrong.',
    remedy: 'Check both; which of them is wrong is not told.',
  },
  changed_meanwhile: {
    status: 412,
    detail: 'It was changed since it was read; nothing was written.',
    remedy:
      'Read it again, and repeat the change with the `ETag` that comes then. `If-Match` takes the tag as it came, quotes included.',
  },
  exists_already: {
    status: 412,
    detail: 'There is one already; nothing was written.',
    remedy: 'Choose another id, or leave out `If-None-Match` to replace the one there is.',
  },
  csrf_token_invalid: {
    status: 403,
    detail: "The X-CSRF-Token header must hold the session's token (GET /v1/session).",
    remedy: 'Read the token of the session anew and send it with every request that changes something.',
  },
  missing_scope: {
    status: 403,
    detail: 'This needs the scope {scope}, which the API key does not have.',
    remedy: 'Use a key that has the scope; somebody who is logged in can create one.',
  },
  missing_role: {
    status: 403,
    detail: 'This needs the role {role}.',
    remedy: 'Ask an owner for the role.',
  },
  all_applications_required: {
    status: 403,
    detail: 'This is for people for whom all applications exist.',
    remedy: 'Ask an owner to do it.',
  },
  second_factor_required: {
    status: 403,
    detail: 'Whoever logs in by a password has to have a second factor here.',
    remedy: 'Set one up first: `POST /v1/session/second-factor`, or under "Account" in the admin UI.',
  },
  session_required: {
    status: 403,
    detail: 'Only people may do this, when they are logged in; an API key may not.',
    remedy: 'Log in to the admin UI and do it there.',
  },
  path_not_found: {
    status: 404,
    detail: 'There is nothing at this path.',
    remedy: 'Compare the path with the OpenAPI document.',
  },
  not_found: {
    status: 404,
    detail: 'There is nothing at this path: an id in it does not have the right form.',
    remedy: 'Use ids as the service gave them.',
  },
  method_not_allowed: {
    status: 405,
    detail: 'This path takes {allowed}.',
    remedy: 'Use one of these methods; the `Allow` header names them too.',
  },
  idempotency_conflict: {
    status: 409,
    detail: 'The Idempotency-Key was used for another request.',
    remedy: 'Use a new key for each request, and the same key only to repeat one with the same body.',
  },
  idempotency_in_progress: {
    status: 409,
    detail: 'The first request with this Idempotency-Key is still running.',
    remedy: 'Repeat the request after the seconds of `Retry-After`; it then gets the answer to the first.',
    retryAfter: 2,
  },
  body_too_large: {
    status: 413,
    detail: 'The body is larger than {limit}.',
    remedy: 'Divide it into several requests.',
  },
  unsupported_media_type: {
    status: 415,
    detail: 'The body must be {expected}.',
    remedy: 'Set `Content-Type` accordingly, without another charset than UTF-8.',
  },
  too_many_attempts: {
    status: 429,
    detail: 'Too many attempts. Try again in {seconds} s.',
    remedy: 'Wait for the seconds of `Retry-After`.',
  },
  internal_error: {
    status: 500,
    detail: 'Something went wrong on our side.',
    remedy: 'Repeat the request later; with an `Idempotency-Key`, nothing is done twice.',
  },
  database_unavailable: {
    status: 503,
    detail: 'The database is not available. Try again later.',
    remedy: 'Repeat the request after the seconds of `Retry-After`.',
    retryAfter: 5,
  },
  content_unreadable: {
    status: 503,
    detail: 'What is stored could not be decrypted: {reason}.',
    remedy: 'Whoever runs the service has to give it that key too, in `CPM_PREVIOUS_ENCRYPTION_KEYS`.',
  },
  already_set_up: {
    status: 409,
    detail: 'There is an administrator already; log in.',
    remedy: 'Log in, or let an administrator add you.',
  },
  session_not_found: {
    status: 404,
    detail: 'You have no session with this id.',
    remedy: 'List your sessions: it has ended, or is somebody else’s.',
  },
  administrator_not_found: {
    status: 404,
    detail: 'There is no administrator with this id.',
    remedy: 'List the administrators.',
  },
  administrator_exists: {
    status: 409,
    detail: 'There is an administrator with this e-mail address already.',
    remedy: 'Use another address.',
  },
  password_link_not_found: {
    status: 404,
    detail: 'This link sets no password: it was used, replaced by a newer one, or is over.',
    remedy: 'Ask an owner for a new one.',
  },
  last_administrator: {
    status: 409,
    detail: 'The last owner can neither be removed nor get another role.',
    remedy: 'Give somebody else the role `owner` first.',
  },
  administrator_of_provider: {
    status: 409,
    detail:
      'This administrator comes from the identity provider, which decides what they may do; they have no password here.',
    remedy: 'Change it at the identity provider; it holds from their next log-in on.',
  },
  password_login_off: {
    status: 403,
    detail: 'Passwords are switched off here: people log in with the identity provider.',
    remedy:
      'Log in with the identity provider; whoever runs the service can switch passwords on by `CPM_PASSWORD_LOGIN`.',
  },
  no_identity_provider: {
    status: 404,
    detail: 'There is no identity provider to log in with.',
    remedy:
      'Log in with e-mail address and password; whoever runs the service can name a provider by `CPM_OIDC_ISSUER`.',
  },
  identity_provider_unavailable: {
    status: 503,
    detail: 'The identity provider does not answer as it should. Try again later.',
    remedy:
      "Repeat the log-in after the seconds of `Retry-After`; whoever runs the service finds the reason in the API's log.",
    retryAfter: 10,
  },
  log_in_not_begun: {
    status: 401,
    detail: 'This log-in was not begun in this browser, or too long ago.',
    remedy: 'Begin again.',
  },
  identity_not_proven: {
    status: 401,
    detail: 'What the identity provider has answered does not show who you are.',
    remedy: "Begin again; whoever runs the service finds the reason in the API's log.",
  },
  identity_too_weak: {
    status: 403,
    detail: 'The identity provider knows you, but has not asked for as much as is required here.',
    remedy:
      'Log in there with a second factor. `CPM_OIDC_ACR_VALUES` names what is required, which the provider has to say.',
  },
  identity_without_role: {
    status: 403,
    detail: 'The identity provider knows you, but gives you no role here.',
    remedy: 'Ask whoever administers the identity provider for one that `CPM_OIDC_ROLES` names.',
  },
  identity_without_email: {
    status: 403,
    detail: 'The identity provider tells no e-mail address of yours that it has verified.',
    remedy:
      'Have it verified there; or whoever runs the service sets `CPM_OIDC_TRUST_EMAILS`, where the provider gives out addresses itself.',
  },
  identity_email_taken: {
    status: 409,
    detail: 'Somebody else from the identity provider has your e-mail address here.',
    remedy: 'An owner removes the other one, or the provider gives one of you another address.',
  },
  second_factor_exists: {
    status: 409,
    detail: 'There is a second factor already.',
    remedy: 'End it first, with a code of it.',
  },
  second_factor_not_begun: {
    status: 409,
    detail: 'There is no second factor, and none was begun.',
    remedy: 'Begin one by `POST /v1/session/second-factor`.',
  },
  api_key_not_found: {
    status: 404,
    detail: 'There is no API key with this id, or it has been revoked.',
    remedy: 'List the API keys.',
  },
} as const satisfies Record<string, ErrorDefinition>;
