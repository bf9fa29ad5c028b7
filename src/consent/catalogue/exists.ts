import type { Tx } from '../../platform/database';
import { notFound } from '../../platform/errors';

/** @throws ServiceError `not-found` when there is no such application. */
export async function requireApplication(tx: Tx, id: string): Promise<void> {
  const application = await tx.application.findUnique({ where: { id }, select: { id: true } });
  if (!application) throw notFound('application');
}
