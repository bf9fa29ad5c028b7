/**
 * The codes of problem documents: each with its HTTP status, its message, and what the caller can do. Clients go by them,
 * so a code never changes its name or its meaning. `docs/errors.md` and the OpenAPI document are held to these tables.
 *
 * A new code also needs a German text (web/src/i18n/de), types of the UI that know it (web/generate-api-types.mjs), and
 * docs/errors.md written anew; tests fail until it has them.
 */
import { CONSENT_CODES } from './consent-codes';
import type { ErrorDefinition } from './definition';
import { DELIVERY_CODES } from './delivery-codes';
import { REQUEST_CODES } from './request-codes';

export const ERROR_CODES = { ...REQUEST_CODES, ...CONSENT_CODES, ...DELIVERY_CODES } as const;

/** Why a request was refused. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The message of a code, with the names of its parameters. */
export type DetailOf<C extends ErrorCode> = (typeof ERROR_CODES)[C]['detail'];

/** What is known of a code. */
export function definitionOf(code: ErrorCode): ErrorDefinition {
  return ERROR_CODES[code];
}
