import type { Refusals } from '../refusals';

/** What the API says to programs and would be no help to a person; all else is shown as the API says it. */
export const refusals: Refusals = {
  invalid_request: 'Some fields need attention.',
  unauthenticated: 'Your session has ended. Log in again.',
  csrf_token_invalid: 'This is not allowed. Reload the page and try again.',
  not_found: 'This does not exist, or no longer.',
  citizen_not_found: 'This citizen does not exist, or no longer.',
  changed_meanwhile: 'Somebody else has changed this meanwhile. Nothing was saved.',
  exists_already: 'This exists already. Nothing was saved.',
  internal_error: 'The service has trouble at the moment. Nothing was lost; try again shortly.',
  database_unavailable: 'The service has trouble at the moment. Nothing was lost; try again shortly.',
};
