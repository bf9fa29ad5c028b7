/** The columns that hold a subscription's URL: what may be read in the clear, and the whole of it where that is not all. */
import type { Prisma } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid } from '../platform/errors';
import { maskUrl, unmaskUrl } from './masked-url';

/** A URL as stored. */
export type UrlColumns = Pick<Prisma.SubscriptionModel, 'url' | 'urlSealed'>;

/** The columns for a URL. */
export function urlColumns(sealer: Sealer, url: string): UrlColumns {
  const masked = maskUrl(url);
  return { url: masked, urlSealed: masked === url ? null : sealer.seal(url, 'credential') };
}

/** The whole URL. */
export function openUrl(sealer: Sealer, { url, urlSealed }: UrlColumns): string {
  return urlSealed === null ? url : sealer.open(urlSealed, 'credential');
}

/**
 * The whole of a URL that somebody has given, in which masks stand for what is stored.
 * @param stored undefined where nothing is
 * @throws ServiceError naming the field where a mask stands for nothing.
 */
export function givenUrl(given: string, stored: string | undefined, path = 'url'): string {
  const whole = unmaskUrl(given, stored);
  if (whole === undefined) throw invalid(fieldProblem(path, 'masked_url'));
  return whole;
}
