/** What of a request goes into the audit trail. */
import type { Request, Response } from 'express';
import { existing, recordEvent, type AuditEvent, type AuditObject } from '../access/audit';
import type { Caller } from '../access/authenticate';
import type { Visibility } from '../access/visibility';
import type { Database } from '../platform/database';
import { ServiceError } from '../platform/errors';
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
export function objectOf(params: unknown, body: unknown, answer: unknown): AuditObject {
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

/** The code by which a refusal says that something is not there, for this caller or for all; undefined where it says something else. */
export function absence(error: unknown): string | undefined {
  if (!(error instanceof ServiceError)) return undefined;
  const { code, status, problems } = error;
  return status === 404 ? code : problems.find((problem) => problem.code === 'unknown_application')?.code;
}

/** The code by which a refusal says that somebody who is logged in has not shown once more that it is they; undefined where it says something else. */
export function unproven(error: unknown): string | undefined {
  if (!(error instanceof ServiceError)) return undefined;
  return error.problems.find(({ code }) => code === 'wrong_password' || code === 'wrong_code')?.code;
}

const remembered = new Map<string, number>();

/** Records that somebody was refused, unless the same was recorded just now. Of what they asked for, what there is is named. */
export async function noteRefusal(db: Database, event: AuditEvent, asked: AuditObject = {}): Promise<void> {
  if (isRemembered(event)) return;
  await recordRefusal(db, event, await existing(db, asked));
}

/**
 * Records that somebody asked for what does not exist for them, and does for others. What exists for nobody is no refusal, nor is what
 * an application of theirs lacks. Only once in a while does one of the two take the longer, so it tells nobody which it was.
 */
export async function noteHidden(
  db: Database,
  event: AuditEvent,
  asked: AuditObject,
  visible: Visibility,
): Promise<void> {
  if (isRemembered(event)) return;
  const object = await existing(db, asked);
  const { applicationId } = object;
  if (applicationId !== undefined && !visible.admits(applicationId)) await recordRefusal(db, event, object);
}

async function recordRefusal(db: Database, event: AuditEvent, object: AuditObject): Promise<void> {
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(nameOf(event), Date.now());
  await recordEvent(db, { ...event, ...object });
}

function isRemembered(event: AuditEvent): boolean {
  return Date.now() - (remembered.get(nameOf(event)) ?? -Infinity) < SAME_REFUSAL_MS;
}

function nameOf({ actorId, action, refusedFor }: AuditEvent): string {
  return JSON.stringify([actorId, action, refusedFor]);
}
