import { PRIORITY, type Priority } from '../../outbox/priority';
import type { Alterations } from '../rules/diff';
import type { EffectiveState } from '../rules/effective-state';
import { endsConsent, takesConsentAway } from '../rules/withdrawal';

/**
 * How urgent the deliveries of a change are (rule `withdrawals-first`). An import may hold withdrawals, and they are no less
 * urgent than others; but the refusals in it that take nothing away are bulk, or a first import would stand before the
 * withdrawals of the day.
 */
export function priorityOfChange(altered: Alterations, before: EffectiveState, isBulk: boolean): Priority {
  if (isBulk) return endsConsent(altered, before) ? PRIORITY.withdrawal : PRIORITY.bulk;
  return takesConsentAway(altered, before) ? PRIORITY.withdrawal : PRIORITY.normal;
}
