/** The form of a webhook's URL. */
import { isIP } from 'node:net';
import { isAllowedAddress, type TargetRules } from '../platform/egress';

/** Longest URL that is accepted. */
export const MAX_URL_LENGTH = 2_048;

/**
 * The code of what is wrong with the form of a webhook's URL, or undefined. Nothing of the URL is told: a key may stand
 * in it.
 *
 * Credentials are refused because they belong in `authentication`, where they are encrypted; a fragment because it is
 * never sent (RFC 9110 §7.1).
 */
export function urlProblem(
  text: string,
): 'invalid_url' | 'url_with_credentials' | 'url_with_fragment' | undefined {
  if (!/^https?:\/\//i.test(text) || /[\s\\\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) {
    return 'invalid_url';
  }
  const url = new URL(text);
  // Reserved: nothing can listen there (RFC 6335 §6).
  if (url.port === '0') return 'invalid_url';
  if (url.username !== '' || url.password !== '') return 'url_with_credentials';
  if (text.includes('#')) return 'url_with_fragment';
  return undefined;
}

/**
 * Whether a credential that was given for one URL may be sent to the other: to the same scheme, host and port only (rule
 * `credentials-stay-with-their-origin`).
 */
export function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/**
 * The code of what forbids a well-formed URL as a target, or undefined.
 *
 * This check gives early feedback only: names are resolved when a request is made, and the target guard then checks the
 * address that is connected to.
 */
export function targetProblem(
  rules: TargetRules,
  text: string,
): 'https_required' | 'private_target' | undefined {
  if (rules.allowPrivateTargets) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'https_required';
  // The URL parser has turned every spelling of an IPv4 address (0x7f.1, 2130706433) into four decimals.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const addresses = isIP(host) === 0 ? addressesOf(host) : [host];
  const isPrivate = addresses.length > 0 && !addresses.some((address) => isAllowedAddress(rules, address));
  return isPrivate ? 'private_target' : undefined;
}

/** What a name stands for everywhere (RFC 6761 §6.3); nothing where only its resolver knows. */
function addressesOf(name: string): string[] {
  return /(^|\.)localhost$/.test(name) ? ['127.0.0.1', '::1'] : [];
}
