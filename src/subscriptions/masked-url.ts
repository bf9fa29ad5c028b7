/**
 * The secrets in a URL (rule `url-secrets-are-sealed`): many receivers are known by a token in the query or in the path (`sig=`, `code=`).
 * Wherever a URL is stored in the clear or shown, they are masked.
 *
 * Taken for secrets are values in the query of {@link SHORTEST_SECRET} characters or more, whatever their name, and the segments of a
 * path that are evidently no words or ids: see {@link isToken}.
 */
import { SHORTEST_SECRET } from './shortest-secret';

/** Stands for a secret that is not shown. */
export const MASK = '***';

/** A parameter of a query: its name with the equals sign, if it has one, and its value. */
interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** A URL in the very characters that it was given in. */
interface Parts {
  /** Scheme and authority. */
  readonly origin: string;
  readonly path: readonly string[];
  /** Undefined where there is no question mark. */
  readonly query: readonly Parameter[] | undefined;
}

/** The URL without its secrets. */
export function maskUrl(url: string): string {
  const { origin, path, query } = partsOf(url);
  return textOf({
    origin,
    path: path.map((segment) => (isToken(segment) ? MASK : segment)),
    query: query?.map(masked),
  });
}

/** A text of somebody else's in which URLs stand, without the secrets in their queries and fragments. */
export function maskQueries(text: string): string {
  return text.replace(
    /([?#])([^\s<>"#]+)/g,
    (_, mark: string, query: string) => mark + textOfQuery(parametersOf(query).map(masked)),
  );
}

/** The secrets in it, as they are spelled there. */
export function secretsOfUrl(url: string): string[] {
  const { path, query = [] } = partsOf(url);
  return [...path.filter(isToken), ...query.map(({ value }) => value).filter(isSecretValue)];
}

/**
 * The URL that somebody means who gives back one that was shown: each mask stands for the secret of the same name, or in the same place
 * of the path, of the stored URL. A secret stays with its scheme, host, port and path.
 * @param stored undefined where none is
 * @returns undefined where a mask stands for nothing that is stored, or something was written before or behind it: the secret would be lost.
 */
export function unmaskUrl(given: string, stored: string | undefined): string | undefined {
  const parts = partsOf(given);
  const masks = [...parts.path, ...(parts.query ?? []).map(({ value }) => value)].filter((part) =>
    part.includes(MASK),
  );
  if (masks.length === 0) return given;
  if (stored === undefined || new URL(given).origin !== new URL(stored).origin) return undefined;
  if (masks.some((part) => part !== MASK && !stored.includes(part))) return undefined;
  if (!masks.includes(MASK)) return given;
  const known = partsOf(stored);
  const path = parts.path.map((segment, index) =>
    shownAs(segment, isToken, known.path[index]) ? known.path[index] : undefined,
  );
  const query = parts.query?.map((parameter, index, all) => {
    if (parameter.value !== MASK) return parameter;
    const before = all.slice(0, index).filter(({ name }) => name === parameter.name).length;
    const kept = known.query?.filter(({ name }) => name === parameter.name)[before];
    return shownAs(MASK, isSecretValue, kept?.value) ? kept : undefined;
  });
  if (path.length !== known.path.length || !isWhole(path) || (query && !isWhole(query))) return undefined;
  return textOf({ origin: parts.origin, path, query });
}

/** Whether what is stored is shown so. */
function shownAs(text: string, isSecret: (part: string) => boolean, stored: string | undefined): boolean {
  return stored !== undefined && (isSecret(stored) ? text === MASK || text === stored : text === stored);
}

function isWhole<T>(parts: readonly (T | undefined)[]): parts is readonly T[] {
  return parts.every((part) => part !== undefined);
}

function partsOf(url: string): Parts {
  const [, origin = '', path = '', query] = /^([^:/?]+:\/\/[^/?]*)([^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  return { origin, path: path.split('/'), query: query === undefined ? undefined : parametersOf(query) };
}

function parametersOf(query: string): Parameter[] {
  return query.split('&').map(parameterOf);
}

/** What has no name is a value. */
function parameterOf(text: string): Parameter {
  const at = text.indexOf('=') + 1;
  return { name: text.slice(0, at), value: text.slice(at) };
}

function textOf({ origin, path, query }: Parts): string {
  return origin + path.join('/') + (query ? `?${textOfQuery(query)}` : '');
}

function textOfQuery(query: readonly Parameter[]): string {
  return query.map(({ name, value }) => name + value).join('&');
}

function masked({ name, value }: Parameter): Parameter {
  return { name, value: isSecretValue(value) ? MASK : value };
}

function isSecretValue(value: string): boolean {
  return value.length >= SHORTEST_SECRET;
}

/** 20 characters or more with capitals, small letters and digits among them, or 32 hexadecimal digits or more. A UUID is an id. */
function isToken(segment: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(segment)) return true;
  return segment.length >= 20 && [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(segment));
}
