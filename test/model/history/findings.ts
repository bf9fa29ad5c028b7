/** What is wrong once nothing is left to do. */
import { readManyEffectivePermissions } from '../../../src/consent/effective-permissions';
import { byPermission, spelled, type KnownState } from '../../harness/receivers';
import type { World } from '../world/world';

interface Line {
  readonly subscriptionId: string;
  readonly updateType: string;
  readonly citizenId: string;
  readonly externalRef: string | null;
  readonly deleted: boolean;
  /** What it is told of; empty: everything. */
  readonly filter: readonly string[];
  /** Keys of the changes that the receiver was not told of: skipped, or cancelled. */
  readonly untold: readonly string[];
  /** Number of the latest change that altered something, and of the latest delivery that was delivered. */
  readonly altered: number;
  readonly delivered: number;
}

const LINES = `
  SELECT s."id" AS "subscriptionId", s."updateType", s."filter", z."id" AS "citizenId", z."externalRef", z."deletedAt" IS NOT NULL AS "deleted",
    coalesce((SELECT max(c."sequence") FROM "Change" c WHERE c."citizenId" = z."id" AND cardinality(c."altered") > 0), 0) AS "altered",
    coalesce((SELECT max(d."sequence") FROM "Delivery" d
      WHERE d."citizenId" = z."id" AND d."subscriptionId" = s."id" AND d."status" = 'delivered'), 0) AS "delivered",
    coalesce((SELECT array_agg(DISTINCT key) FROM "Change" c CROSS JOIN LATERAL unnest(c."altered") key
      WHERE c."citizenId" = z."id" AND NOT EXISTS (
        SELECT 1 FROM "Delivery" d WHERE d."changeId" = c."id" AND d."subscriptionId" = s."id" AND d."status" = 'delivered')), '{}') AS "untold"
  FROM "Subscription" s CROSS JOIN "Citizen" z`;

/** @returns what is wrong, and of how many citizens the receiver of Effective Permissions need not be up to date */
export async function findWrongs(
  world: World,
  { isResynced = false } = {},
): Promise<{ readonly wrongs: string[]; readonly behind: number }> {
  const lines = await world.keeper.query<Line>(LINES);
  const wrongs = [...(await wrongRows(world)), ...(await untold(world))];
  const states = await statesOf(world, lines);
  wrongs.push(...(await outranked(world, states)));
  let behind = 0;
  for (const line of lines) {
    const { subscriptionId, citizenId } = line;
    wrongs.push(...hidden(world, line, states.get(citizenId) ?? {}));
    if (!mustBeUpToDate(world, line, isResynced)) {
      if (!line.deleted) behind += 1;
      continue;
    }
    for (const [name, receiver] of Object.entries(world.network.receivers)) {
      const leftOut = leftOutOf(world, line, states.get(citizenId) ?? {});
      const held = spelled(receiver.stateOf(subscriptionId, citizenId), leftOut);
      const right = spelled(states.get(citizenId) ?? {}, leftOut);
      if (held !== right)
        wrongs.push(`the receiver ${name} holds ${held} of ${line.updateType}, in effect is ${right}`);
    }
  }
  return { wrongs, behind };
}

/** Keys that it need not agree with what is in effect in. */
function leftOutOf(
  world: World,
  { updateType, subscriptionId, untold, filter }: Line,
  right: KnownState,
): readonly string[] {
  if (updateType === 'consent-receipts') return [...untold, ...(world.hiddenFrom(subscriptionId) ?? [])];
  return filter.length === 0 ? [] : Object.keys(right).filter((key) => !filter.includes(key));
}

/** Whatever its filters were, what was taken back of what a receiver was told is taken back there. */
function hidden(world: World, line: Line, right: KnownState): string[] {
  const { subscriptionId, citizenId, updateType } = line;
  if (!world.nothingLeftOut || world.hiddenFrom(subscriptionId) === undefined) return [];
  return Object.entries(world.network.receivers).flatMap(([name, receiver]) =>
    Object.entries(receiver.stateOf(subscriptionId, citizenId))
      .filter(([key, state]) => state === 'GRANTED' && right[key] !== 'GRANTED')
      .map(([key]) => `a filter has hidden from the receiver ${name} of ${updateType} that ${key} is over`),
  );
}

/**
 * Receipts always, but for what was skipped; the whole state once the latest change was delivered, or a resync was. With a filter
 * that may have been another one by then, it is after a resync that came later than all.
 */
function mustBeUpToDate(world: World, line: Line, isResynced: boolean): boolean {
  if (line.updateType === 'consent-receipts') return true;
  if (world.hiddenFrom(line.subscriptionId) !== undefined && !line.deleted) return isResynced;
  if (line.delivered >= line.altered) return true;
  if (line.deleted) return false;
  return (world.resyncs.at(-1)?.get(line.citizenId) ?? -1) >= line.altered;
}

async function statesOf(world: World, lines: readonly Line[]): Promise<ReadonlyMap<string, KnownState>> {
  const ids = [...new Set(lines.filter(({ deleted }) => !deleted).map(({ citizenId }) => citizenId))];
  const found = await readManyEffectivePermissions(world.reader, ids);
  return new Map(
    found.map(({ body }) => [
      body.citizenId,
      byPermission(body.permissions.map((entry) => ({ ...entry, state: String(entry.state) }))),
    ]),
  );
}

/** Deliveries that ended without a reason, and consent that a later record without a date does not decide. */
async function wrongRows(world: World): Promise<string[]> {
  const rows = await world.keeper.query<{ wrong: string }>(`
    SELECT 'a delivery is ' || "status" || ' without a reason' AS "wrong" FROM "Delivery" d
    WHERE "finishedAt" IS NULL OR ("status" IN ('cancelled', 'expired') AND "reason" IS NULL)
      OR ("status" = 'delivered' AND NOT EXISTS (
        SELECT 1 FROM "Attempt" a WHERE a."deliveryId" = d."id" AND a."outcome" = 'delivered'))`);
  return rows.map(({ wrong }) => wrong);
}

/** Where nobody was kept from it, whoever ends a wait tells who waits: nothing is left for the sweep to find. */
async function untold({ keeper, troubled, clock }: World): Promise<string[]> {
  if (troubled || clock.isSlow) return [];
  const rows = await keeper.query<{ kind: string }>(`SELECT "kind" FROM "ProgressCount" WHERE "count" > 0`);
  return rows.map(({ kind }) => `nobody but the sweep has told a delivery (${kind})`);
}

/** What was recorded last, and without a date, is in effect. */
async function outranked(world: World, states: ReadonlyMap<string, KnownState>): Promise<string[]> {
  const rows = await world.keeper.query<{ citizenId: string; key: string; state: string; decides: boolean }>(`
    SELECT DISTINCT ON ("citizenId", "optionId") "citizenId", 'option:' || "optionId" AS "key", "state",
      "obtainedAt" = "recordedAt" AND "validUntil" IS NULL AS "decides"
    FROM "PermissionTransaction" ORDER BY "citizenId", "optionId", "sequence" DESC`);
  return rows
    .filter(({ citizenId, key, state, decides }) => decides && states.get(citizenId)?.[key] !== state)
    .map(({ state }) => `${state} was recorded last, and is not in effect`);
}
