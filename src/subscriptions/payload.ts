/** What a subscription wants its webhooks to hold beyond what is documented for all (rule `previous-on-request`). */
import { z } from 'zod';
import { fieldProblem, invalid } from '../platform/errors';
import type { UpdateType } from './schema';

const previous = z.boolean().meta({
  description:
    'Consent Receipts only: whether `previous` of each entry says what was in effect before the change.',
  examples: [false],
});
const meta = { description: 'What the webhooks hold beyond the documented body.' };

/** As callers send it; what is left out is off. */
export const payloadInput = z
  .strictObject({ previous: previous.default(false) })
  .meta({ id: 'SubscriptionPayloadInput', ...meta });
export const payloadPatch = z
  .strictObject({ previous: previous.nullable() })
  .partial()
  .meta({ id: 'SubscriptionPayloadPatch', ...meta });
/** As it is shown. */
export const payloadView = z.object({ previous }).meta({ id: 'SubscriptionPayload', ...meta });

/** @throws ServiceError where the type of the subscription has no such thing. */
export function checkPayload(
  updateType: UpdateType,
  payload: z.output<typeof payloadInput> | undefined,
): void {
  if (payload?.previous === true && updateType !== 'consent-receipts')
    throw invalid(fieldProblem('payload.previous', 'previous_of_receipts'));
}
