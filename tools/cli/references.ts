/**
 * Secrets of a file: by reference to the environment, `${env:CRM_TOKEN}`. The API never tells one, but shows `null` with `…Set: true` beside
 * it, and `***` inside of a URL; sent back so, it keeps what it has stored.
 */

const REFERENCE = /\$\{env:(\w+)\}/g;
const WHOLE = /^\$\{env:\w+\}$/;
const MASK = '***';

type Members = Readonly<Record<string, unknown>>;

/**
 * What the API shows, with a reference in place of each secret.
 * @param owner whose secrets they are: their names begin with it
 */
export function refer(shown: Members, owner: string): Members {
  const named = new Map<string, number>();
  const reference = (parts: readonly string[]): string => {
    const name = parts.map(upperSnake).join('_');
    const count = (named.get(name) ?? 0) + 1;
    named.set(name, count);
    return `\${env:${name}${count === 1 ? '' : `_${count}`}}`;
  };
  const walk = (value: unknown, at: readonly string[]): unknown => {
    if (typeof value === 'string') return value.replaceAll(MASK, () => reference(at));
    if (Array.isArray(value)) return value.map((entry) => walk(entry, [...at, nameOf(entry)]));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
      const isSet = (value as Members)[`${key}Set`];
      if (isSet !== undefined) return isSet === true ? [[key, reference([...at, key])]] : [];
      if (key.endsWith('Set') && key.slice(0, -3) in value) return [];
      return [[key, walk(member, [...at, key])]];
    });
    return Object.fromEntries(members);
  };
  return walk(shown, [owner]) as Members;
}

/** As the API shows it: the same for all references. */
export function masked<T>(value: T): T {
  return replaced(value, () => undefined);
}

/** What is sent: the secrets that the environment has. @returns also the names of those that it lacks, which are sent as the API shows them */
export function resolved<T>(
  value: T,
  env: Readonly<Record<string, string | undefined>>,
): { readonly value: T; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const sent = replaced(value, (name) => {
    if (env[name] === undefined) missing.add(name);
    return env[name];
  });
  return { value: sent, missing: [...missing] };
}

function replaced<T>(value: T, secretOf: (name: string) => string | undefined): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const text = part.replace(REFERENCE, (_, name: string) => secretOf(name) ?? MASK);
      return text === MASK && WHOLE.test(part) ? null : text;
    }
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, walk(member)]));
  };
  return walk(value) as T;
}

function nameOf(entry: unknown): string {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? String(entry.name) : '';
}

function upperSnake(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
}
