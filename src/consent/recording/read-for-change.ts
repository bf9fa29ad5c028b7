/** Everything that a change is decided by, read with one statement once its citizen is locked. */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import { dueSince } from '../../outbox/claims';
import { Prisma } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { arrayOf } from '../../platform/statements';
import { queryInTurn, type StatementTx } from '../../platform/statement-transaction';
import { referenceColumns } from '../rendering/labels';
import {
  answerOf,
  decidingTransactionsOf,
  transactionOf,
  type AnswerJson,
  type TransactionJson,
} from '../stored-state';
import type { CatalogueExcerpt, CataloguePreference } from './check-catalogue';
import { CONSENT_UPDATE_TYPES, type ConsentUpdateType } from './fixed-bodies';
import { isTarget, lockCitizen, locking, type LockedCitizen, type Target } from './lock-citizen';
import type { QueueHead } from './pace';
import { holdSubscribers, type Subscriber } from './subscribers';

/** What a change names. */
export interface NamedByChange {
  readonly permissions: readonly { readonly optionType: string; readonly optionId: string }[];
  readonly preferences: readonly string[];
  readonly policies: readonly string[];
  readonly statements: readonly string[];
}

/** By the passing of time. */
export const NOTHING_NAMED: NamedByChange = {
  permissions: [],
  preferences: [],
  policies: [],
  statements: [],
};

/** What a change is decided by. It stands until the transaction ends. */
export interface ReadForChange {
  readonly catalogue: CatalogueExcerpt;
  /** Transactions that decide what was in effect at the citizen's latest change, and since. */
  readonly stored: readonly PermissionTransaction[];
  /** The latest answers to the preferences that it names, where a subscriber is told of them. */
  readonly formerAnswers: readonly PreferenceAnswer[];
  readonly subscribers: readonly Subscriber<ConsentUpdateType>[];
  /** The longest due of the deliveries that those of this change will stand behind. */
  readonly queueHead: QueueHead | null;
}

/**
 * Locks the citizen and reads it. An unknown one is created where the target names a reference.
 * @throws ServiceError as {@link lockCitizen}.
 */
export async function lockAndRead(
  tx: StatementTx,
  sealer: Sealer,
  target: Target,
  named: NamedByChange,
): Promise<{ readonly citizen: LockedCitizen; readonly read: ReadForChange }> {
  for (const statement of locking(sealer, target)) {
    const [[citizen], [row]] = await queryInTurn<LockedCitizen[], Row[]>(
      tx,
      statement,
      reading(target, named, named.permissions),
    );
    // Most have no transition ahead, so it was read for one that has none.
    if (citizen && row && citizen.nextTransitionAt === null) return { citizen, read: readOf(row) };
    if (citizen) return { citizen, read: await readForChange(tx, citizen, named) };
  }
  const citizen = await lockCitizen(tx, sealer, target);
  return { citizen, read: await readForChange(tx, citizen, named) };
}

/**
 * Reads it. Call it after the statement that has locked the citizen, never as part of that: a statement that waits for a
 * lock goes on to see other rows as they were when it began, while this one sees what the transaction waited for. What it
 * reads cannot change before the commit: the citizen's transactions are held by the citizen's lock, the catalogue by the
 * lock that `lockCitizen` shares. Only the subscriptions are locked here, and FOR SHARE takes each as it is once its lock is
 * granted, which may be later than the rest, never earlier.
 */
export async function readForChange(
  tx: StatementTx,
  citizen: LockedCitizen,
  named: NamedByChange,
): Promise<ReadForChange> {
  const { id: citizenId, applicationId, nextTransitionAt } = citizen;
  const only = nextTransitionAt === null ? named.permissions : undefined;
  const [row] = await tx.$queryRaw<Row[]>(reading({ applicationId, citizenId }, named, only));
  if (!row) throw new Error('a locked citizen is gone');
  return readOf(row);
}

/**
 * SQL of the reading, as of the citizen's latest change: an ending that fell due since, and that no sweep has seen yet, is
 * folded in. Without a transition ahead, permissions that the change does not name can neither alter nor have one.
 *
 * The subscriptions are locked behind the citizen, always: where somebody else has created and locked that meanwhile, it has no
 * row and locks nothing. Else the other one could wait for the subscriptions, and this one for the citizen.
 */
function reading(
  target: Target,
  named: NamedByChange,
  only: NamedByChange['permissions'] | undefined,
): Prisma.Sql {
  const stored = decidingTransactionsOf(Prisma.sql`c."id"`, Prisma.sql`c."evaluatedAt"`, only);
  return Prisma.sql`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS "now", a."objections",
      ${catalogueColumns(named)},
      (SELECT coalesce(jsonb_agg(d."row"), '[]') FROM (${stored}) d) AS "stored",
      CASE WHEN held."wantsPrevious" THEN (${formerAnswers(named.preferences)}) ELSE '[]' END AS "formerAnswers",
      held."subscribers", held."headDueAt"
    FROM "Application" a CROSS JOIN (
      SELECT "id", "applicationId", "evaluatedAt" FROM "Citizen" c
      WHERE c."applicationId" = ${target.applicationId} AND ${isTarget(target)}
      FOR NO KEY UPDATE SKIP LOCKED) c
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(s ORDER BY s."id"), '[]') AS "subscribers",
        bool_or(s."payloadPrevious") AS "wantsPrevious",
        min(${dueSince(Prisma.sql`s."id"`)}) FILTER (WHERE s."status" = 'active') AS "headDueAt"
      FROM (${holdSubscribers(Prisma.sql`c."applicationId"`, CONSENT_UPDATE_TYPES)}) s) held
    WHERE a."id" = ${target.applicationId}`;
}

function readOf(row: Row): ReadForChange {
  const {
    stored,
    formerAnswers,
    subscribers,
    headDueAt,
    options,
    groups,
    policies,
    statements,
    preferences,
    ...rest
  } = row;
  return {
    catalogue: {
      ...rest,
      options: new Set(options),
      groups: new Set(groups),
      policies: new Map(Object.entries(policies ?? {})),
      statements: new Map(Object.entries(statements ?? {})),
      preferences: new Map(Object.entries(preferences ?? {})),
    },
    stored: stored.map(transactionOf),
    formerAnswers: formerAnswers.map(answerOf),
    subscribers,
    queueHead: headDueAt && { dueAt: headDueAt, behindMs: rest.now.getTime() - headDueAt.getTime() },
  };
}

interface Row {
  readonly now: Date;
  readonly objections: string;
  readonly options: string[];
  readonly groups: string[];
  readonly policies: Record<string, string> | null;
  readonly statements: Record<string, string> | null;
  readonly preferences: Record<string, CataloguePreference> | null;
  readonly stored: TransactionJson[];
  readonly formerAnswers: AnswerJson[];
  readonly subscribers: Subscriber<ConsentUpdateType>[];
  readonly headDueAt: Date | null;
}

function formerAnswers(preferences: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    SELECT coalesce(jsonb_agg(latest."row"), '[]') FROM unnest(${texts(preferences)}) AS named("reference")
    CROSS JOIN LATERAL (
      SELECT f AS "row" FROM "PreferenceAnswer" f
      WHERE f."citizenId" = c."id" AND f."preferenceRef" = named."reference"
      ORDER BY f."sequence" DESC LIMIT 1) latest`;
}

function catalogueColumns({ permissions, preferences, policies, statements }: NamedByChange): Prisma.Sql {
  const ids = (type: string): Prisma.Sql =>
    texts(permissions.filter(({ optionType }) => optionType === type).map(({ optionId }) => optionId));
  return Prisma.sql`
    ARRAY(SELECT "id"::text FROM "Option"
      WHERE "applicationId" = a."id" AND "id" = ANY(${ids('option')})) AS "options",
    ARRAY(SELECT "id"::text FROM "OptionGroup"
      WHERE "applicationId" = a."id" AND "id" = ANY(${ids('group')})) AS "groups",
    ${referenceColumns({
      applicationId: Prisma.sql`a."id"`,
      policies: texts(policies),
      statements: texts(statements),
    })},
    (SELECT jsonb_object_agg(p."reference", jsonb_build_object('type', p."type", 'label', p."label", 'choices',
        (SELECT coalesce(jsonb_agg(jsonb_build_object('reference', c."reference", 'label', c."label") ORDER BY c."position"), '[]')
          FROM "PreferenceChoice" c
          WHERE c."applicationId" = p."applicationId" AND c."preferenceRef" = p."reference")))
      FROM "Preference" p
      WHERE p."applicationId" = a."id" AND p."reference" = ANY(${texts(preferences)})) AS "preferences"`;
}

/** SQL of an array, such as ANY takes. */
function texts(items: readonly string[]): Prisma.Sql {
  return Prisma.sql`${arrayOf(items, 'text')}::text[]`;
}
