/** Zod building blocks for secrets: callers write them, and see only whether there is one. */
import { z } from 'zod';
import { line } from '../platform/fields';
import { SHORTEST_SECRET } from './shortest-secret';

const MAX_SECRET_LENGTH = 8_192;

/** A secret that may be given. */
export const secret = (
  description: string,
  example: string,
  shortest = SHORTEST_SECRET,
): z.ZodOptional<z.ZodNullable<z.ZodString>> =>
  line(MAX_SECRET_LENGTH, shortest)
    .nullish()
    .meta({
      writeOnly: true,
      description: `${description} Absent or null keeps the stored one.`,
      examples: [example],
    });

/** `…Set` in what callers send. */
export const set = z.boolean().meta({
  readOnly: true,
  description: 'Whether a secret is stored; ignored in requests.',
  examples: [true],
});

/** Always null. Generators stumble over a type that has no other value, so the document names that of the secret. */
export const hidden = z
  .null()
  .meta({ type: ['string', 'null'], description: 'Never shown, so always `null`.' });
