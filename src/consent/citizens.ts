/** Citizens: whose consent it is. Their addresses are kept apart, and encrypted. */
import type { SeenApplication, Visibility } from '../access/visibility';
import { Prisma, type Database, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { isId, newId } from '../platform/ids';
import { MOST_COUNTED } from '../platform/most-counted';
import { ordered, readPage, type Page, type Paging } from '../platform/paging';
import { holdApplication } from './catalogue/exists';
import { storeAddress } from './double-opt-in/address';
import { creating } from './recording/lock-citizen';

/** A citizen to create. */
export interface CitizenInput {
  readonly applicationId: SeenApplication;
  /** The application's own reference. */
  readonly externalRef: string;
  readonly email?: string | null | undefined;
  readonly locale?: string | null | undefined;
}

/** A citizen in a list: without the address. */
export interface CitizenSummary {
  readonly id: string;
  readonly applicationId: string;
  readonly externalRef: string;
  readonly createdAt: string;
}

/** A citizen as shown to those who may read addresses. */
export interface CitizenView extends CitizenSummary {
  readonly email: string | null;
  readonly locale: string | null;
  /** When the latest change was recorded; null before the first. */
  readonly lastChangeAt: string | null;
}

/**
 * Creates a citizen. Run it in a transaction.
 * @throws ServiceError `external_ref_taken` when the application has one of this `externalRef`: a silent success would ignore
 *   the caller's address, and a caller who repeats a call can send an idempotency key.
 */
export async function createCitizen(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  input: CitizenInput,
): Promise<CitizenView> {
  const { applicationId, externalRef, email, locale } = input;
  await holdApplication(tx, applicationId);
  const id = newId();
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Citizen" WHERE "applicationId" = ${applicationId} AND "externalRef" = ${externalRef} FOR NO KEY UPDATE`);
  const created = await tx.$executeRaw(creating(sealer, { id, applicationId, externalRef }));
  if (created === 0) throw refusal('external_ref_taken');
  await storeAddress(tx, sealer, id, { email, locale });
  return getCitizen(tx, visible, sealer, id);
}

/** @throws ServiceError `citizen_not_found` for an unknown or deleted citizen. */
export async function getCitizen(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  id: string,
): Promise<CitizenView> {
  const row = await tx.citizen.findFirst({
    where: { id, deletedAt: null, ...visible.rows() },
    include: { address: true },
  });
  if (!row) throw refusal('citizen_not_found');
  // By itself: as a part of the citizen, Prisma would read all changes and keep one.
  const latest = await tx.change.findFirst({
    where: { citizenId: id },
    orderBy: { sequence: 'desc' },
    select: { recordedAt: true },
  });
  const open = (sealed: string | null | undefined): string | null =>
    sealed ? sealer.open(sealed, 'address') : null;
  return {
    ...summarise(row),
    email: open(row.address?.emailSealed),
    locale: open(row.address?.localeSealed),
    lastChangeAt: latest?.recordedAt.toISOString() ?? null,
  };
}

/** Which citizens to list. */
export interface CitizenFilter {
  readonly applicationId?: string | undefined;
  /** What the `externalRef` starts with. */
  readonly externalRefPrefix?: string | undefined;
  /** Part of the `externalRef`, in any case, or the id. */
  readonly q?: string | undefined;
}

/** Citizens, the newest first; deleted ones are not among them. */
export async function listCitizens(
  db: Database,
  visible: Visibility,
  { applicationId, externalRefPrefix, q }: CitizenFilter,
  paging: Paging,
): Promise<Page<CitizenSummary>> {
  const where: Prisma.CitizenWhereInput = {
    deletedAt: null,
    ...visible.rows(applicationId),
    ...(externalRefPrefix && { externalRef: { startsWith: escapeLike(externalRefPrefix) } }),
    ...(q && { OR: matches(q) }),
  };
  return readPage(
    ordered('citizens', 'id', 'desc', 'id'),
    paging,
    ({ after, ...window }) => db.citizen.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.citizen.count({ where, take: MOST_COUNTED }),
    summarise,
  );
}

function matches(q: string): Prisma.CitizenWhereInput[] {
  const byReference = { externalRef: { contains: escapeLike(q), mode: 'insensitive' as const } };
  return isId(q) ? [byReference, { id: q }] : [byReference];
}

/** Prisma hands text to LIKE as it is. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

interface CitizenRow {
  readonly id: string;
  readonly applicationId: string;
  readonly externalRef: string | null;
  readonly createdAt: Date;
}

function summarise({ id, applicationId, externalRef, createdAt }: CitizenRow): CitizenSummary {
  return { id, applicationId, externalRef: externalRef ?? '', createdAt: createdAt.toISOString() };
}
