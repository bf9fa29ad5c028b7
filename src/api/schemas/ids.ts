/** Ids of what consent and its deliveries consist of. */
import { idOf } from '../../platform/fields';

export const citizenId = idOf('citizen');
export const changeId = idOf('change');
export const transactionId = idOf('permission transaction');
export const submissionId = idOf('preference submission');
export const deliveryId = idOf('delivery');
export const optInId = idOf('double opt-in');
export const emailId = idOf('e-mail');
