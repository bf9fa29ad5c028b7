/** What an operator looks at first: whether all is well, what is late, and what fails since when. */
import { z } from 'zod';
import type { Visibility } from '../access/visibility';
import { alertView, listAlerts, type AlertView } from '../alerts/alerts';
import { SEVERITIES } from '../alerts/kinds';
import { Prisma, type Database } from '../platform/database';
import { shownTime } from '../platform/fields';
import { MOST_COUNTED } from '../platform/most-counted';
import { healthOf, readHealth } from '../subscriptions/health';
import { rankOf } from '../subscriptions/health-state';
import { applicationId, name, subscriptionHealth, subscriptionId, updateType } from '../subscriptions/schema';

/** Of the open alerts, so many are told, the loudest first. */
const MOST_ALERTS = 10;
/** So many of the newest are looked at for that. */
const ALERTS_LOOKED_AT = 100;

const oldest = (what: string): z.ZodNullable<ReturnType<typeof shownTime>> =>
  shownTime(`When the oldest ${what} was created; \`null\`: there is none.`).nullable();
const undelivered = {
  oldestWaitingAt: oldest('delivery that is not finished'),
  oldestWithdrawalWaitingAt: oldest('one of them that takes consent away'),
};
const attempts = (outcome: string): z.ZodType<number> =>
  z.int().meta({
    description: `Attempts of the last hour that ${outcome}; ${MOST_COUNTED} means: that many or more.`,
    examples: [12],
  });
const lastHour = z
  .object({ delivered: attempts('were accepted'), failed: attempts('failed') })
  .meta({ id: 'LastHour', description: 'Attempts of the last hour.' });

const overviewSubscription = z
  .object({ id: subscriptionId, name, updateType, health: subscriptionHealth, lastHour })
  .meta({ id: 'OverviewSubscription', description: 'A subscription, and how its deliveries fare.' });
type OverviewSubscription = z.output<typeof overviewSubscription>;

const overviewApplication = z
  .object({
    applicationId,
    name: z.string().meta({ description: 'What it is called.', examples: ['Acme Shop'] }),
    ...undelivered,
    subscriptions: z.array(overviewSubscription).meta({ description: 'Those in the worst state first.' }),
  })
  .meta({ id: 'OverviewApplication', description: 'An application, and how its subscriptions fare.' });

/** What an operator looks at first. */
export const overview = z
  .object({
    at: shownTime('When it was so.'),
    openAlerts: z.int().meta({
      description: `How many alerts are open; ${MOST_COUNTED} means: that many or more.`,
      examples: [1],
    }),
    alerts: z.array(alertView).meta({ description: `The ${MOST_ALERTS} loudest of them.` }),
    ...undelivered,
    lastHour,
    applications: z.array(overviewApplication).meta({ description: 'By name.' }),
  })
  .meta({ id: 'Overview', description: 'Whether all is well, what is late, and what fails since when.' });
export type Overview = z.output<typeof overview>;

/** Of all applications that the caller sees. */
export async function readOverview(db: Database, visible: Visibility): Promise<Overview> {
  const [applications, subscriptions, open] = await Promise.all([
    db.application.findMany({
      where: { deletedAt: null, ...visible.applications() },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
    }),
    db.subscription.findMany({
      where: { deletedAt: null, ...visible.rows() },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
    }),
    listAlerts(db, visible, { status: 'open', offset: 0, limit: ALERTS_LOOKED_AT }),
  ]);
  const ids = subscriptions.map(({ id }) => id);
  const [health, attemptsOf] = await Promise.all([readHealth(db, ids), countLastHour(db, ids)]);
  const shown = subscriptions.map((row) => ({
    applicationId: row.applicationId,
    ...{ id: row.id, name: row.name, updateType: updateType.parse(row.updateType) },
    health: healthOf(health, row.id),
    lastHour: attemptsOf.get(row.id) ?? NONE,
  }));
  return {
    at: new Date().toISOString(),
    openAlerts: open.total,
    alerts: loudest(open.items),
    ...undeliveredOf(shown),
    lastHour: sum(shown),
    applications: applications.map(({ id, name: called }) => {
      const own = shown.filter((one) => one.applicationId === id);
      return {
        ...{ applicationId: id, name: called, ...undeliveredOf(own) },
        subscriptions: own.map(({ applicationId: _, ...rest }) => rest).sort(byState),
      };
    }),
  };
}

/** The worst first; those of one state stay as they are. */
function byState(a: OverviewSubscription, b: OverviewSubscription): number {
  return rankOf(a.health.state) - rankOf(b.health.state);
}

function loudest(alerts: readonly AlertView[]): AlertView[] {
  return alerts
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .slice(0, MOST_ALERTS);
}

type Shown = Pick<OverviewSubscription, 'health' | 'lastHour'>;

function undeliveredOf(
  shown: readonly Shown[],
): Pick<Overview, 'oldestWaitingAt' | 'oldestWithdrawalWaitingAt'> {
  return {
    oldestWaitingAt: earliest(shown.map(({ health }) => health.oldestWaitingAt)),
    oldestWithdrawalWaitingAt: earliest(shown.map(({ health }) => health.oldestWithdrawalWaitingAt)),
  };
}

/** Times in UTC of one form are in the order of their letters. */
function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((at) => at !== null).sort()[0] ?? null;
}

const NONE = { delivered: 0, failed: 0 };

function sum(shown: readonly Shown[]): Overview['lastHour'] {
  return shown.reduce(
    (total, one) => ({
      delivered: total.delivered + one.lastHour.delivered,
      failed: total.failed + one.lastHour.failed,
    }),
    NONE,
  );
}

/** Reads the ends of an index, up to a number, so neither the length of the log nor the traffic matters. */
async function countLastHour(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Overview['lastHour']>> {
  const count = (outcome: 'delivered' | 'failed'): Prisma.Sql => Prisma.sql`
    (SELECT count(*)::int FROM (
      SELECT 1 FROM "Attempt" WHERE "subscriptionId" = s.id AND outcome = ${outcome} AND at > now() - interval '1 hour'
      LIMIT ${MOST_COUNTED}) counted)`;
  const rows = await db.$queryRaw<{ id: string; delivered: number; failed: number }[]>(Prisma.sql`
    SELECT s.id, ${count('delivered')} AS delivered, ${count('failed')} AS failed FROM unnest(${[...ids]}::uuid[]) AS s (id)`);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
