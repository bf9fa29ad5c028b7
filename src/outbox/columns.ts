/** Reads one member of each item, for an array parameter: a statement for many rows then has one text, however many they are. */
export function columnOf<T>(items: readonly T[]): <K extends keyof T>(name: K) => T[K][] {
  return (name) => items.map((item) => item[name]);
}
