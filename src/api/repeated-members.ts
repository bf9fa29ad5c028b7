/**
 * JSON in which an object names a member twice. Parsers disagree which one counts (RFC 8259 §4), so a body that says both GRANTED and
 * DENIED is refused rather than understood.
 */

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Whether an object of the body has two members of one name; of what is no JSON nobody knows. @param body in UTF-8 */
export function repeatsMember(body: Buffer): boolean {
  /** The names so far of each object that is open, and of each list, which has none. */
  const open: (Set<string> | null)[] = [];
  let text: Buffer | undefined;
  for (let at = 0; at < body.length; at += 1) {
    switch (body[at]) {
      case QUOTE: {
        const end = endOfText(body, at);
        text = body.subarray(at, end);
        at = end - 1;
        break;
      }
      case OBJECT:
      case LIST:
        open.push(null);
        break;
      case OBJECT_END:
      case LIST_END:
        open.pop();
        break;
      case COLON: {
        const name = nameOf(text);
        if (name === undefined) return false;
        const names = open.at(-1);
        if (names?.has(name)) return true;
        if (names) names.add(name);
        else if (open.length > 0) open[open.length - 1] = new Set([name]);
        break;
      }
      default: // of no concern
    }
  }
  return false;
}

/** The place behind the closing quote. */
function endOfText(body: Buffer, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** A name as it reads without escapes; undefined where it is no JSON. */
function nameOf(quoted: Buffer | undefined): string | undefined {
  const text = quoted?.toString();
  if (!text?.includes('\\')) return text?.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
