/** The form of a webhook's URL. */
import { isIP } from 'node:net';
import { isPublicAddress } from '../platform/public-address';

/** Longest URL that is accepted. */
export const MAX_URL_LENGTH = 2_048;

/**
 * What is wrong with the form of a webhook's URL, or undefined. The message never repeats the URL: a key may stand in it.
 *
 * Credentials are refused because they belong in `authentication`, where they are encrypted; a fragment because it is
 * never sent (RFC 9110 §7.1).
 */
export function urlProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || /[\s\\\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) {
    return 'must be an absolute http or https URL';
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not hold credentials; use authentication';
  if (text.includes('#')) return 'must not have a fragment';
  return undefined;
}

/**
 * What forbids a well-formed URL as a target where private targets are not allowed, or undefined.
 *
 * This check gives early feedback only: names are resolved when a request is made, and the target guard then checks the
 * address that is connected to.
 */
export function targetProblem(text: string): string | undefined {
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'must be an https URL';
  // The URL parser has turned every spelling of an IPv4 address (0x7f.1, 2130706433) into four decimals.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isPrivate = isIP(host) === 0 ? /(^|\.)localhost$/.test(host) : !isPublicAddress(host);
  return isPrivate ? 'must not be a loopback or private address' : undefined;
}
