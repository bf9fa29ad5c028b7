/** What of a request goes into the audit trail. */
import type { Request, Response } from 'express';
import { recordEvent, type AuditEvent } from '../access/audit';
import type { Caller } from '../access/authenticate';
import type { Database } from '../platform/database';
import { requestIdOf } from './request-log';
import type { Route } from './route';

/** Refusals of one caller for one reason are recorded once in so many milliseconds by each process: a caller gone wrong must not fill the table. */
const SAME_REFUSAL_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/** Who calls, and from where. */
export function eventOf(
  { operationId }: Pick<Route, 'operationId'>,
  caller: Pick<Caller, 'id' | 'session'> | undefined,
  req: Request,
  res: Response,
): AuditEvent {
  const from = { action: operationId, address: req.ip, requestId: requestIdOf(res) };
  if (!caller) return { ...from, actorKind: 'unknown' };
  const { id: actorId, session } = caller;
  return session
    ? { ...from, actorId, actorKind: 'administrator', actorName: session.email }
    : { ...from, actorId, actorKind: 'api-key' };
}

/** The ids of what a request concerned; nothing else of what it held. */
export function objectOf(
  params: unknown,
  body: unknown,
  answer: unknown,
): Pick<AuditEvent, 'applicationId' | 'objectId'> {
  const textOf = (of: unknown, name: string): string | undefined => {
    const value = (of as Record<string, unknown> | null | undefined)?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  const named = Object.values((params ?? {}) as Record<string, unknown>).map(String);
  return {
    applicationId:
      textOf(params, 'applicationId') ?? textOf(body, 'applicationId') ?? textOf(answer, 'applicationId'),
    objectId: named.length > 0 ? named.join('/') : (textOf(answer, 'citizenId') ?? textOf(answer, 'id')),
  };
}

const remembered = new Map<string, number>();

/** Records that somebody was refused, unless the same was recorded just now. */
export async function noteRefusal(db: Database, event: AuditEvent): Promise<void> {
  const key = JSON.stringify([event.actorId, event.action, event.refusedFor]);
  const now = Date.now();
  if (now - (remembered.get(key) ?? -Infinity) < SAME_REFUSAL_MS) return;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(key, now);
  await recordEvent(db, event);
}
