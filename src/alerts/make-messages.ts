/**
 * Makes the messages that tell operators of alerts (rule `alerts-are-told-together`): what has been opened and closed since the message
 * before goes into one, and there is one of a channel at a time. What a channel was told of an alert stands beside it, so that an
 * alert that was opened and closed meanwhile is not told of at all.
 */
import { addEntry } from '../outbox/entries';
import { Prisma, type Database, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { NAMED, showAlert, type AlertView } from './alerts';
import { SEVERITIES, type AlertKind } from './kinds';

/** How operators can be told. */
export const CHANNELS = ['webhook', 'email'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What a message says. */
export interface MessageContent {
  /** The loudest first, those opened before those closed. */
  readonly alerts: readonly AlertView[];
  /** How many more have been opened or closed. */
  readonly more: number;
}

/** The kind that waits for nothing: a withdrawal that is late is told of at the next look. */
const LOUDEST: AlertKind = 'withdrawal_late';
/** Alerts that are described; the others are counted. */
const MOST_DESCRIBED = 50;
/** Between messages of a channel, while they are few; and once there were so many within an hour. */
const PAUSE = Prisma.sql`interval '1 minute'`;
const FEW = 6;
const LONG_PAUSE = Prisma.sql`interval '10 minutes'`;
/** An alert that is opened again is not told of again within so long. */
const AGAIN_AFTER = Prisma.sql`interval '1 hour'`;

/**
 * Makes the next message of each channel, where there is something to tell and it is time.
 * @returns whether one was made: it is to be started
 */
export async function makeMessages(db: Database, channels: readonly Channel[]): Promise<boolean> {
  let made = false;
  for (const channel of channels) {
    const untold = await db.$queryRaw<Untold[]>(untoldAlerts(channel));
    const [pace] = untold.length > 0 ? await db.$queryRaw<Pace[]>(paceOf(channel)) : [];
    if (!pace || !(untold.some(({ kind }) => kind === LOUDEST) ? pace.soon : pace.due)) continue;
    made = (await db.$transaction((tx) => make(tx, channel, untold))) || made;
  }
  return made;
}

interface Untold {
  readonly id: string;
  readonly kind: string;
}

interface Pace {
  /** A minute has passed since the message before. */
  readonly soon: boolean;
  /** It is time for an ordinary one. */
  readonly due: boolean;
}

/** SQL: alerts whose state a channel does not know. */
function untoldAlerts(channel: Channel): Prisma.Sql {
  return Prisma.sql`
    SELECT a."id", a."kind" FROM "Alert" a LEFT JOIN "AlertTold" t ON t."alertId" = a."id" AND t."channel" = ${channel}
    WHERE a."closedAt" IS NULL AND (t."asOpen" IS NULL
      OR (NOT t."asOpen" AND (a."kind" = ${LOUDEST} OR t."at" < now() - ${AGAIN_AFTER})))
    UNION ALL
    SELECT a."id", a."kind" FROM "AlertTold" t JOIN "Alert" a ON a."id" = t."alertId"
    WHERE t."channel" = ${channel} AND t."asOpen" AND a."closedAt" IS NOT NULL`;
}

/** SQL: nothing while a message of the channel is under way. */
function paceOf(channel: Channel): Prisma.Sql {
  const messages = Prisma.sql`"AlertMessage" m WHERE m."channel" = ${channel}`;
  const latest = Prisma.sql`coalesce((SELECT max(m."createdAt") FROM ${messages}), '-infinity')`;
  return Prisma.sql`
    SELECT ${latest} < now() - ${PAUSE} AS "soon",
      ${latest} < now() - CASE
        WHEN (SELECT count(*) FROM ${messages} AND m."createdAt" > now() - interval '1 hour') < ${FEW} THEN ${PAUSE}
        ELSE ${LONG_PAUSE} END AS "due"
    WHERE NOT EXISTS (SELECT 1 FROM ${messages} AND m."status" = 'pending')`;
}

/** False where another process has just made one. */
async function make(tx: Tx, channel: Channel, untold: readonly Untold[]): Promise<boolean> {
  const rows = await tx.alert.findMany({ where: { id: { in: untold.map(({ id }) => id) } }, include: NAMED });
  const alerts = rows.map(showAlert).sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  const content: MessageContent = {
    alerts: alerts.slice(0, MOST_DESCRIBED),
    more: Math.max(0, alerts.length - MOST_DESCRIBED),
  };
  const made = await tx.$executeRaw(Prisma.sql`
    INSERT INTO "AlertMessage" AS m ("id", "channel", "content") VALUES (${newId()}::uuid, ${channel}, ${JSON.stringify(content)}::jsonb)
    ON CONFLICT ("channel") WHERE "status" = 'pending' DO NOTHING`);
  if (made === 0) return false;
  await tx.$executeRaw(Prisma.sql`
    UPDATE "AlertMessage" SET ${addEntry('start')} WHERE "channel" = ${channel} AND "status" = 'pending'`);
  const told = alerts.map(({ id, status }) => Prisma.sql`(${id}::uuid, ${channel}, ${status === 'open'})`);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "AlertTold" ("alertId", "channel", "asOpen") VALUES ${Prisma.join(told)}
    ON CONFLICT ("alertId", "channel") DO UPDATE SET "asOpen" = excluded."asOpen", "at" = now()`);
  return true;
}

function rank({ severity, status }: AlertView): number {
  return (status === 'open' ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(severity);
}
