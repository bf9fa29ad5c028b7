/** Everything that a change is decided by, read with one statement once its citizen is locked. */
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { dueSince } from '../../outbox/claims';
import { Prisma } from '../../platform/database';
import type { StatementTx } from '../../platform/statement-transaction';
import { referenceColumns } from '../rendering/labels';
import { decidingTransactions, transactionOf, type TransactionJson } from '../stored-state';
import type { CatalogueExcerpt, CataloguePreference } from './check-catalogue';
import { CONSENT_UPDATE_TYPES, type ConsentUpdateType } from './fixed-bodies';
import type { LockedCitizen } from './lock-citizen';
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
  readonly subscribers: readonly Subscriber<ConsentUpdateType>[];
  /** The longest due of the deliveries that those of this change will stand behind. */
  readonly queueHead: QueueHead | null;
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
  const [row] = await tx.$queryRaw<Row[]>(Prisma.sql`
    WITH subscribers AS MATERIALIZED (${holdSubscribers(citizen.applicationId, CONSENT_UPDATE_TYPES)})
    SELECT date_trunc('milliseconds', clock_timestamp()) AS "now", a."objections",
      ${catalogueColumns(named)},
      (SELECT coalesce(jsonb_agg(d."row"), '[]') FROM (${storedTransactions(citizen, named)}) d) AS "stored",
      (SELECT coalesce(jsonb_agg(s ORDER BY s."id"), '[]') FROM subscribers s) AS "subscribers",
      (SELECT min(${dueSince(Prisma.sql`s."id"`)}) FROM subscribers s WHERE s."status" = 'active') AS "headDueAt"
    FROM "Application" a WHERE a."id" = ${citizen.applicationId}`);
  if (!row) throw new Error('the application of a locked citizen is gone');
  const { stored, subscribers, headDueAt, options, groups, policies, statements, preferences, ...rest } = row;
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
  readonly subscribers: Subscriber<ConsentUpdateType>[];
  readonly headDueAt: Date | null;
}

/** As of the latest change: an ending that fell due since, and that no sweep has seen yet, is folded in. */
function storedTransactions(
  { id: citizenId, evaluatedAt: from, nextTransitionAt }: LockedCitizen,
  { permissions }: NamedByChange,
): Prisma.Sql {
  // Without a transition ahead, permissions that this change does not touch can neither alter nor have one.
  return decidingTransactions({ citizenId, from, ...(nextTransitionAt === null && { only: permissions }) });
}

function catalogueColumns({ permissions, preferences, policies, statements }: NamedByChange): Prisma.Sql {
  const ids = (type: string): string[] =>
    permissions.filter(({ optionType }) => optionType === type).map(({ optionId }) => optionId);
  return Prisma.sql`
    ARRAY(SELECT "id"::text FROM "Option"
      WHERE "applicationId" = a."id" AND "id" = ANY(${ids('option')}::text[])) AS "options",
    ARRAY(SELECT "id"::text FROM "OptionGroup"
      WHERE "applicationId" = a."id" AND "id" = ANY(${ids('group')}::text[])) AS "groups",
    ${referenceColumns({
      applicationId: Prisma.sql`a."id"`,
      policies: Prisma.sql`${[...policies]}::text[]`,
      statements: Prisma.sql`${[...statements]}::text[]`,
    })},
    (SELECT jsonb_object_agg(p."reference", jsonb_build_object('type', p."type", 'label', p."label", 'choices',
        (SELECT coalesce(jsonb_agg(jsonb_build_object('reference', c."reference", 'label', c."label") ORDER BY c."position"), '[]')
          FROM "PreferenceChoice" c
          WHERE c."applicationId" = p."applicationId" AND c."preferenceRef" = p."reference")))
      FROM "Preference" p
      WHERE p."applicationId" = a."id" AND p."reference" = ANY(${[...preferences]}::text[])) AS "preferences"`;
}
