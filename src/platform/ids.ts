import { v7, validate } from 'uuid';

/** A new time-ordered id (UUIDv7, RFC 9562 §5.7): inserts stay at the right edge of every index. */
export function newId(): string {
  return v7();
}

/** Whether text has the form of an id. */
export function isId(text: string): boolean {
  return validate(text);
}

/** When an id was made, to the millisecond (RFC 9562 §5.7: its first 48 bits). */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}
