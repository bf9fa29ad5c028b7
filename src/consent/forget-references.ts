import { replaceFinalBodies } from '../outbox/final-bodies';
import type { Database } from '../platform/database';
import { SealError, type Sealer } from '../platform/encryption';
import type { ReceiptBody } from './rendering/receipt';

/** What tells who somebody is, in an entry of a receipt. */
const NOBODY = {
  recordedBy: null,
  recordedByName: null,
  delegatedAuthorityId: null,
  delegatedAuthorityName: null,
};

/**
 * Takes the references out of final webhooks that could not be delivered for as long as finished deliveries are kept (rule
 * `citizen-deletion`). They go on to be tried: a receiver knows the citizen by `citizenId`.
 * @param retentionMs milliseconds since the deletion
 * @returns whether more may be left
 */
export async function forgetReferences(db: Database, sealer: Sealer, retentionMs: number): Promise<boolean> {
  return replaceFinalBodies(db, retentionMs, (bodySealed) => {
    try {
      const body = JSON.parse(sealer.open(bodySealed, 'payload')) as ReceiptBody;
      return sealer.seal(JSON.stringify(withoutReferences(body)), 'payload');
    } catch (error) {
      if (error instanceof SealError) return bodySealed; // nobody reads it any more
      throw error;
    }
  });
}

function withoutReferences(body: ReceiptBody): object {
  const { permissions } = body;
  return {
    ...body,
    externalRef: null,
    ...(permissions && {
      permissions: permissions.map(({ previous, ...entry }) => ({
        ...entry,
        ...NOBODY,
        ...(previous !== undefined && { previous: previous && { ...previous, ...NOBODY } }),
      })),
    }),
  };
}
