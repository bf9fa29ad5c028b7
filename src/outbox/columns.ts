import type { Prisma } from '../platform/database';
import { arrayOf, type ArrayType } from '../platform/statements';

/** Reads one member of each item, as an array: a statement for many rows has one text, however many they are. */
export function columnOf<T>(items: readonly T[]): (name: keyof T, type: ArrayType) => Prisma.Sql {
  return (name, type) =>
    arrayOf(
      items.map((item) => item[name]),
      type,
    );
}
