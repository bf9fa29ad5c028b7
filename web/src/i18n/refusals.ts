/** What the API says when it refuses, in the reader's language. */
let known: Readonly<Record<string, string>> = {};

/** From now on, these translations serve. */
export function setRefusals(refusals: Readonly<Record<string, string>>): void {
  known = refusals;
}

/** A message of the API, translated where that is known. */
export function translateRefusal(message: string): string {
  const [number] = /\d+/.exec(message) ?? [];
  const general = number === undefined ? message : message.replace(number, '#');
  return known[message] ?? known[general]?.replace('#', number ?? '') ?? message;
}
