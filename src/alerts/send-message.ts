/** Sends a message to operators, attempt by attempt: three in a row, then one in each retry interval has its turn, as webhooks. */
import { REMOVE_ENTRY } from '../outbox/entries';
import { noteNextLook } from '../outbox/stuck-workflows';
import { Prisma, type Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import type { TellingProgress } from '../../workflows/tell-operators/contract';
import { CHANNELS, type Channel, type MessageContent } from './make-messages';

/** A message as a channel sends it. */
export interface OutgoingMessage extends MessageContent {
  readonly id: string;
  readonly createdAt: Date;
  /** Counted from one. */
  readonly attempt: number;
}

/** Sends a message; why it was not accepted, or null. Throws for trouble of our own. */
export type Sender = (message: OutgoingMessage) => Promise<string | null>;

/** How this process reaches operators: by the channels that are set. */
export type Senders = Readonly<Partial<Record<Channel, Sender>>>;

/** What sending needs of the worker's process. */
export interface SendingContext {
  readonly db: Database;
  readonly logger: Logger;
  readonly senders: Senders;
  readonly times: { readonly attemptBackoffMs: number; readonly retryIntervalMs: number };
}

const ATTEMPTS_PER_CYCLE = 3;

/** Makes the next attempt. A message of a channel that is not set any more is dropped. */
export async function sendMessage(
  { db, logger, senders, times }: SendingContext,
  id: string,
): Promise<TellingProgress> {
  const row = await db.alertMessage.findUnique({ where: { id } });
  if (!row) return { ended: true, status: 'gone' };
  if (row.status !== 'pending') return { ended: true, status: row.status === 'sent' ? 'sent' : 'dropped' };
  const channel = CHANNELS.find((known) => known === row.channel);
  const send = channel && senders[channel];
  if (!send) {
    await dropMessage(db, id);
    return { ended: true, status: 'dropped' };
  }
  const attempts = row.attempts + 1;
  const content = row.content as unknown as MessageContent;
  const error = await send({ ...content, id, createdAt: row.createdAt, attempt: attempts });
  if (error === null) {
    await finish(db, id, 'sent', attempts);
    return { ended: true, status: 'sent' };
  }
  logger.warn({ channel, messageId: id, attempts, error }, 'operators could not be told; they will be');
  const inCycle = attempts % ATTEMPTS_PER_CYCLE;
  const waitMs = inCycle === 0 ? times.retryIntervalMs : times.attemptBackoffMs * 2 ** (inCycle - 1);
  await db.alertMessage.updateMany({
    where: { id, status: 'pending' },
    data: { attempts, lastError: error },
  });
  await noteNextLook(db, 'message', id, waitMs);
  return { ended: false, attempts, waitMs };
}

/** Drops a message unless it has been sent. */
export async function dropMessage(db: Database, id: string): Promise<void> {
  await finish(db, id, 'dropped');
}

async function finish(
  db: Database,
  id: string,
  status: 'sent' | 'dropped',
  attempts?: number,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE "AlertMessage" SET "status" = ${status}, "finishedAt" = now(), "lastError" = NULL, ${REMOVE_ENTRY},
      "attempts" = coalesce(${attempts ?? null}::int, "attempts")
    WHERE "id" = ${id}::uuid AND "status" = 'pending'`);
}
