/** Values that are planted somewhere, and looked for everywhere, however they are spelled there. */

/** Every way in which a value is looked for: as it is, URL-encoded, in JSON, in hex, and in base64 behind anything. */
export function spellingsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // Without the characters that hold bits of what stands before or behind.
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const hex = bytes.toString('hex');
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const quoted = JSON.stringify(value).slice(1, -1);
  return [
    ...new Set([value, encodeURIComponent(value), quoted, hex, hex.toUpperCase(), ...base64, ...urlSafe]),
  ];
}

/** Where which values stand, as `name in place`. */
export function findings(
  values: Readonly<Record<string, string>>,
  places: Readonly<Record<string, string>>,
): string[] {
  const spelled = Object.entries(values).map(([name, value]) => [name, spellingsOf(value)] as const);
  return Object.entries(places).flatMap(([place, text]) =>
    spelled
      .filter(([, spellings]) => spellings.some((spelling) => text.includes(spelling)))
      .map(([name]) => `${name} in ${place}`),
  );
}

/** All of a value as text, with what is bytes or base64 in it read too. */
export function decoded(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    const bytes = bytesOf(member);
    if (bytes) return bytes.toString('utf8');
    return typeof member === 'string'
      ? `${member} ${Buffer.from(member, 'base64').toString('latin1')}`
      : member;
  });
}

/** A Buffer comes here as its own JSON form already. */
function bytesOf(member: unknown): Buffer | undefined {
  if (member instanceof Uint8Array) return Buffer.from(member);
  const { type, data } = (member ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : undefined;
}
