import type { Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';

/** @throws ServiceError `application_not_found` when there is no such application. */
export async function requireApplication(tx: Tx, id: string): Promise<void> {
  const application = await tx.application.findUnique({ where: { id }, select: { id: true } });
  if (!application) throw refusal('application_not_found', { applicationId: id });
}
