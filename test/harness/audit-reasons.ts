/** What the admin UI says of refusals in the audit trail. */
import type { Database } from '../../src/platform/database';
import { wordsForReason } from '../../web/src/features/audit/reasons';
import { audit as german } from '../../web/src/i18n/de/audit';
import { audit as english } from '../../web/src/i18n/en/audit';

/** Awaits that each refusal of a trail has a reason that the UI tells in words, in each of its languages, and that there are some. */
export async function expectReasonsInWords(db: Database): Promise<void> {
  const rows = await db.auditEvent.findMany({ where: { outcome: 'refused' }, distinct: ['reason'] });
  const codes = rows.map(({ reason }) => String(reason));
  const without = [english, german].flatMap(({ audit: { reasons } }) =>
    codes.filter((code) => wordsForReason(code, reasons) === undefined),
  );
  expect([codes.length > 0, without]).toEqual([true, []]);
}
