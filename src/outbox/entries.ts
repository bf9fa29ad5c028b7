/**
 * Outbox entries: what Temporal has yet to be told of a delivery, a double opt-in, a resync or a message to operators, in the columns
 * `outboxAction`, `outboxDueAt` and `outboxVersion` of that very row (docs/decisions/002-outbox-in-the-delivery-row.md).
 *
 * Nothing accepted is lost because an entry is committed with what made it necessary, is claimed under a lease, and is
 * removed only by an acknowledgement of the version that was claimed (rule `outbox-lease`).
 */
import { Prisma } from '../platform/database';
import type { Priority } from './priority';

/** Workflows that the outbox looks after, by what they run. */
export const WORKFLOW_KINDS = ['delivery', 'opt-in', 'resync', 'message'] as const;
export type WorkflowKind = (typeof WORKFLOW_KINDS)[number];
/** Whose workflows look at their rows from time to time and hold nothing beside. */
export const LOOKING_KINDS = ['opt-in', 'resync', 'message'] as const satisfies readonly WorkflowKind[];
export type LookingKind = (typeof LOOKING_KINDS)[number];

/** Why a running delivery is told to look again; each is the name of a signal of its workflow. */
export type DeliverySignal = 'retryNow' | 'subscriptionChanged' | 'predecessorFinished';

/** What Temporal is to be told: to start a workflow, in place of one that runs too, to cancel it, or to signal it. */
export type OutboxAction = 'start' | 'restart' | 'cancel' | DeliverySignal | 'optInChanged';

/** An entry as a dispatcher claims it. */
export interface OutboxEntry {
  readonly kind: WorkflowKind;
  /** Of the row. */
  readonly id: string;
  readonly action: OutboxAction;
  readonly version: number;
  /** Null for a message. */
  readonly applicationId: string | null;
  /** Null for an opt-in and a message. */
  readonly subscriptionId: string | null;
  /** Null for a resync and a message. */
  readonly citizenId: string | null;
  /** Of a delivery; null for the others. */
  readonly changeId: string | null;
  /** Of a delivery; null for the others. */
  readonly updateType: string | null;
  /** A delivery that is sent again after it was finished. */
  readonly resent: boolean;
  readonly priority: Priority;
  /** The trace of the request that a delivery was made by; null where it is of none. */
  readonly traceparent: string | null;
}

/** Where the rows of a kind stand, and which of them still need a workflow. */
export const TABLES: Readonly<Record<WorkflowKind, { table: Prisma.Sql; unfinished: Prisma.Sql }>> = {
  // In the very words of the partial indexes.
  delivery: {
    table: Prisma.raw('"Delivery"'),
    unfinished: Prisma.raw(`"status" NOT IN ('delivered', 'cancelled', 'expired')`),
  },
  'opt-in': { table: Prisma.raw('"DoubleOptIn"'), unfinished: Prisma.raw(`"status" = 'pending'`) },
  resync: { table: Prisma.raw('"Resync"'), unfinished: Prisma.raw(`"status" = 'running'`) },
  message: { table: Prisma.raw('"AlertMessage"'), unfinished: Prisma.raw(`"status" = 'pending'`) },
};

/**
 * SQL assignments that add an entry to a row, in place of one that is there.
 * @param dueAt when it is due; by default now
 */
export function addEntry(action: OutboxAction, dueAt = Prisma.sql`now()`): Prisma.Sql {
  return Prisma.sql`"outboxAction" = ${action}, "outboxDueAt" = ${dueAt}, "outboxVersion" = "outboxVersion" + 1`;
}

/**
 * SQL assignments that add a signal to an unfinished row. A row that has yet to be started keeps its start, under a new
 * version: its workflow may have looked a moment ago, and a start that finds it running signals it.
 */
export function addSignal(signal: Exclude<OutboxAction, 'start' | 'restart' | 'cancel'>): Prisma.Sql {
  return Prisma.sql`
    "outboxAction" = CASE WHEN "outboxAction" IN ('start', 'restart') THEN "outboxAction" ELSE ${signal} END, "outboxDueAt" = now(),
    "outboxVersion" = "outboxVersion" + 1`;
}

/** SQL assignments that add a signal to an unfinished row `d` that is to be told nothing, where the condition is met. */
export function addSignalWhere(condition: Prisma.Sql, signal: DeliverySignal): Prisma.Sql {
  return Prisma.sql`
    "outboxAction" = CASE WHEN ${condition} THEN ${signal} ELSE d."outboxAction" END,
    "outboxDueAt" = CASE WHEN ${condition} THEN now() ELSE d."outboxDueAt" END,
    "outboxVersion" = d."outboxVersion" + CASE WHEN ${condition} THEN 1 ELSE 0 END`;
}

/** SQL assignments to a double opt-in that its workflow is to look at now. */
export const ASK_FOR_LOOK = Prisma.sql`${addSignal('optInChanged')}, "nextLookAt" = now()`;

/** SQL assignments to a row that goes on: it is not stalled, or no longer (rule `progress-is-watched`). */
export const GOES_ON = Prisma.sql`"stalledAt" = NULL, "stalledBy" = NULL`;

/** SQL assignments that remove whatever entry a row has: nothing is left to tell. */
export const REMOVE_ENTRY = Prisma.sql`
  "outboxAction" = NULL, "outboxDueAt" = NULL, "outboxVersion" = "outboxVersion" + 1`;

/**
 * The same as a new row's columns: it is to be started.
 * @param now by the database's clock, as dispatchers go by it
 */
export const newEntry = (
  action: OutboxAction,
  now: Date,
): { outboxAction: OutboxAction; outboxDueAt: Date } => ({
  outboxAction: action,
  outboxDueAt: now,
});

/** The columns of a row of which nothing is left to tell. */
export const NO_ENTRY = { outboxAction: null, outboxDueAt: null } as const;
