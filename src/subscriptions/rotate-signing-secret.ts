/** A new signing secret or key; the old one signs too for a while, so that receivers can follow without losing a webhook. */
import type { Visibility } from '../access/visibility';
import { z } from 'zod';
import type { Tx } from '../platform/database';
import { parseDuration } from '../platform/duration';
import type { Sealer } from '../platform/encryption';
import { coded } from '../platform/field-problems';
import { shownTime } from '../platform/fields';
import { kindOf, shownSecret, showSigningKey, signingKey } from './signing';
import { replaceSigningKey } from './signing-columns';
import { lockSubscription } from './update';

const DEFAULT_OVERLAP = '24h';
const MOST_OVERLAP_MS = 30 * 86_400_000;

/** Body of a rotation. */
export const signingSecretRotation = z
  .strictObject({
    overlap: z
      .string()
      .default(DEFAULT_OVERLAP)
      .transform((text, context) => {
        const ms = parseDuration(text);
        if (ms !== undefined && ms <= MOST_OVERLAP_MS) return ms;
        context.addIssue(coded('invalid_overlap'));
        return z.NEVER;
      })
      .meta({
        type: 'string',
        default: DEFAULT_OVERLAP,
        description:
          'How long the present secret signs too, like `15m`, `24h` or `7d`, 30 days at most; `0s`: not at all.',
        examples: [DEFAULT_OVERLAP],
      }),
  })
  .prefault({})
  .meta({ id: 'SigningSecretRotation', description: 'How to rotate a signing secret.' });

/** The answer to a rotation: the only one that holds the new secret. */
export const rotatedSigningSecret = z
  .object({
    signingSecret: z
      .string()
      .nullable()
      .meta({
        description: 'The new one, shown only here; `null` where a key signs, whose public part is shown.',
        examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      }),
    signingKey: signingKey.nullable(),
    previousValidUntil: shownTime('Until when the previous one signs too; `null`: it does not.').nullable(),
  })
  .meta({ id: 'RotatedSigningSecret', description: 'A new signing secret.' });

/**
 * Rotates the signing secret. Two sign at most: one that still overlapped from an earlier rotation ends now.
 * @throws ServiceError where there is no such subscription.
 */
export async function rotateSigningSecret(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  id: string,
  { overlap }: z.output<typeof signingSecretRotation>,
): Promise<z.output<typeof rotatedSigningSecret>> {
  const row = await lockSubscription(tx, visible, id);
  const kind = kindOf(row);
  const { key, columns } = await replaceSigningKey(tx, sealer, row, kind, overlap);
  await tx.subscription.update({ where: { id }, data: columns });
  return {
    signingSecret: shownSecret(kind, key),
    signingKey: showSigningKey(sealer, columns.signingSecretSealed),
    previousValidUntil: columns.previousSigningSecretUntil?.toISOString() ?? null,
  };
}

/** Erases signing secrets whose overlap is over. */
export async function erasePreviousSecrets(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Subscription" SET "previousSigningSecretSealed" = NULL, "previousSigningSecretUntil" = NULL
    WHERE "previousSigningSecretUntil" <= now()`;
}
