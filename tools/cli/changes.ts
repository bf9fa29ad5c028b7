/** What an import would change. */
import { isDeepStrictEqual } from 'node:util';
import type { Content, Entry } from './configuration';
import { masked } from './references';

/** One entry that has to be written. */
export interface Change {
  /** As it is to be: members that the file leaves out stay as they are. */
  readonly entry: Entry;
  /** As it is; undefined: it is new. */
  readonly present: Entry | undefined;
}

/**
 * The entries of a file that the application has not, or has otherwise, in the order in which they can be written. Secrets are
 * told by nobody, so they are not compared.
 */
export function changesFor(wanted: readonly Entry[], present: readonly Entry[]): Change[] {
  return wanted.flatMap((entry) => {
    const found = present.find((one) => nameOf(one) === nameOf(entry));
    const whole = { ...entry, content: { ...found?.content, ...entry.content } };
    return found && isDeepStrictEqual(masked(whole.content), masked(found.content))
      ? []
      : [{ entry: whole, present: found }];
  });
}

/** What the application has and the file has not; an import leaves it alone. */
export function leftAlone(wanted: readonly Entry[], present: readonly Entry[]): string[] {
  const names = new Set(wanted.map(nameOf));
  return present.map(nameOf).filter((name) => !names.has(name));
}

/** A change for people to read. */
export function describe({ entry, present }: Change): string {
  if (!present) return `+ ${nameOf(entry)}`;
  const [before, after] = [flat(masked(present.content)), flat(masked(entry.content))];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    (at) => before.get(at) !== after.get(at),
  );
  return [
    `~ ${nameOf(entry)}`,
    ...paths.map((at) => `    ${at}: ${before.get(at) ?? '(none)'} → ${after.get(at) ?? '(none)'}`),
  ].join('\n');
}

export function nameOf({ list, key }: Entry): string {
  return `${list}/${key}`;
}

function flat(content: Content): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
      values.set(at, JSON.stringify(value));
    else for (const [key, member] of Object.entries(value)) walk(member, at === '' ? key : `${at}.${key}`);
  };
  walk(content, '');
  return values;
}
