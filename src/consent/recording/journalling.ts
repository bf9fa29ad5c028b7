import type { Change } from '../../../generated/prisma/client';
import { Prisma } from '../../platform/database';

/** SQL that puts a change into the journal, unless it has altered nothing (rule `journal-leaves-nothing-out`). */
export function journalling(
  applicationId: string,
  { id, kind, altered, recordedAt }: Pick<Change, 'id' | 'kind' | 'altered' | 'recordedAt'>,
): Prisma.Sql {
  const isTold = altered.length > 0 || kind === 'deletion';
  return Prisma.sql`
    INSERT INTO "JournalEntry" ("applicationId", "position", "changeId", "recordedAt")
    SELECT ${applicationId}, journal_position(), ${id}::uuid, ${recordedAt}::timestamptz WHERE ${isTold}`;
}
