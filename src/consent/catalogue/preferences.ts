/** Preferences: questions with choices. */
import type { SeenApplication } from '../../access/visibility';
import { Prisma, type Database, type Tx } from '../../platform/database';
import { fieldProblem, invalid, refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication, requireIdForm } from './exists';
import { requireInNoFilter } from './in-filter';
import { lockCatalogue } from './lock';

/** At most one choice, or any number. */
export const PREFERENCE_TYPES = ['single', 'multiple'] as const;
export type PreferenceType = (typeof PREFERENCE_TYPES)[number];

/** A choice and the label people read. */
export interface Choice {
  readonly reference: string;
  readonly label: string;
}

/** A preference as it is written. */
export interface PreferenceInput {
  readonly label: string;
  readonly type: PreferenceType;
  /** In their order; answers are kept in it. */
  readonly choices: readonly Choice[];
}

/** A preference as it is shown. */
export interface PreferenceView extends PreferenceInput {
  readonly reference: string;
  readonly applicationId: string;
}

/**
 * Creates or replaces a preference. Run it in a transaction. New labels show in every body rendered from then on.
 * @throws ServiceError `invalid_request` when a choice is named twice; `choice_in_use` when it drops one that an answer holds;
 *   `several_choices_in_use` when it makes single choice what an answer holds several choices of.
 */
export async function putPreference(
  tx: Tx,
  applicationId: SeenApplication,
  reference: string,
  { label, type, choices }: PreferenceInput,
): Promise<PreferenceView> {
  requireDistinct(choices);
  await holdApplication(tx, applicationId);
  await requireIdForm(reference, 'id', () =>
    tx.preference.findUnique({ where: { applicationId_reference: { applicationId, reference } } }),
  );
  await lockCatalogue(tx, applicationId);
  await keepAnswersValid(tx, applicationId, reference, { type, choices });
  await tx.preference.upsert({
    where: { applicationId_reference: { applicationId, reference } },
    create: { applicationId, reference, label, type },
    update: { label, type },
  });
  await tx.preferenceChoice.deleteMany({ where: { applicationId, preferenceRef: reference } });
  await tx.preferenceChoice.createMany({
    data: choices.map((choice, position) => ({
      ...choice,
      applicationId,
      preferenceRef: reference,
      position,
    })),
  });
  return { reference, applicationId, label, type, choices };
}

/** @throws ServiceError `preference_not_found`. */
export async function getPreference(
  tx: Tx,
  applicationId: SeenApplication,
  reference: string,
): Promise<PreferenceView> {
  const row = await tx.preference.findUnique({
    where: { applicationId_reference: { applicationId, reference } },
    include: CHOICES,
  });
  if (!row) throw refusal('preference_not_found', { reference, applicationId });
  return show(row);
}

/** An application's preferences in the order of their references. */
export async function listPreferences(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<PreferenceView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('preferences', 'reference'),
    paging,
    ({ after, ...window }) =>
      db.preference.findMany({ where: { ...where, AND: after }, include: CHOICES, ...window }),
    () => db.preference.count({ where }),
    show,
  );
}

/**
 * Deletes an unused preference with its choices. Run it in a transaction.
 * @throws ServiceError `preference_in_use` while an answer to it is kept, `named_by_filter` while a filter does.
 */
export async function deletePreference(
  tx: Tx,
  applicationId: SeenApplication,
  reference: string,
): Promise<void> {
  await lockCatalogue(tx, applicationId);
  await getPreference(tx, applicationId, reference);
  const answered = await tx.preferenceAnswer.findFirst({
    where: { applicationId, preferenceRef: reference },
    select: { id: true },
  });
  if (answered) throw refusal('preference_in_use');
  await tx.preference.delete({ where: { applicationId_reference: { applicationId, reference } } });
  await requireInNoFilter(tx, applicationId, `preference:${reference}`);
}

function requireDistinct(choices: readonly Choice[]): void {
  const references = choices.map(({ reference }) => reference);
  const problems = references.flatMap((reference, index) =>
    references.indexOf(reference) < index ? [fieldProblem(`choices.${index}.reference`, 'duplicate')] : [],
  );
  if (problems.length > 0) throw invalid(...problems);
}

/** Answers are immutable, so the catalogue must go on knowing what they hold. */
async function keepAnswersValid(
  tx: Tx,
  applicationId: string,
  reference: string,
  { type, choices }: Pick<PreferenceInput, 'type' | 'choices'>,
): Promise<void> {
  const current = await tx.preference.findUnique({
    where: { applicationId_reference: { applicationId, reference } },
    include: CHOICES,
  });
  if (!current) return;
  const kept = new Set(choices.map((choice) => choice.reference));
  const dropped = current.choices.map((choice) => choice.reference).filter((choice) => !kept.has(choice));
  const answers = { applicationId, preferenceRef: reference };
  if (dropped.length > 0) {
    const held = await tx.preferenceAnswer.findFirst({
      where: { ...answers, choices: { hasSome: dropped } },
      select: { id: true },
    });
    if (held) throw refusal('choice_in_use');
  }
  if (current.type === 'multiple' && type === 'single') {
    const [several] = await tx.$queryRaw<unknown[]>(Prisma.sql`
      SELECT 1 FROM "PreferenceAnswer"
      WHERE "applicationId" = ${applicationId} AND "preferenceRef" = ${reference} AND cardinality("choices") > 1 LIMIT 1`);
    if (several) throw refusal('several_choices_in_use');
  }
}

const CHOICES = {
  choices: { orderBy: { position: 'asc' }, select: { reference: true, label: true } },
} as const;

interface PreferenceRow {
  readonly applicationId: string;
  readonly reference: string;
  readonly label: string;
  readonly type: string;
  readonly choices: readonly Choice[];
}

function show({ reference, applicationId, label, type, choices }: PreferenceRow): PreferenceView {
  return { reference, applicationId, label, type: type as PreferenceType, choices };
}
