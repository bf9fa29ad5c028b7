/** Runs the double opt-in workflow over states that a test scripts. */
import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import {
  optInWorkflowId,
  type DoubleOptInActivities,
  type DoubleOptInResult,
  type OptInEnd,
  type OptInProgress,
} from '../../workflows/double-opt-in/contract';
import type { RunningWorkflow, WorkflowRig } from './workflow-rig';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What the workflow finds when it looks at its opt-in once. */
export type Look = OptInProgress | Error | ((workflow: WorkflowHandle) => Promise<OptInProgress>);
export type OptInHandle = RunningWorkflow<DoubleOptInResult>;

/** Nothing is due yet. */
export const optInWaits = (waitMs: number, next: 'e-mail' | 'reminder' | 'expiry'): OptInProgress => ({
  kind: 'waiting',
  waitMs,
  next,
});

/** Nothing will be due any more. */
export const optInEnded = (status: OptInEnd | 'gone'): OptInProgress => ({ kind: 'ended', status });

/** What became of an opt-in. */
export interface PlayedOptIn<T> {
  /** Whole hours between one look and the next. */
  readonly gapsInHours: readonly number[];
  readonly result: T;
}

/** Plays an opt-in that finds what is scripted, one look after the other. */
export async function playOptIn<T>(
  rig: WorkflowRig,
  looks: readonly Look[],
  during: (handle: OptInHandle, optInId: string) => Promise<T>,
): Promise<PlayedOptIn<T>> {
  const at: number[] = [];
  const left = [...looks];
  const optInId = `o-${Math.random().toString(36).slice(2)}`;
  const workflowId = optInWorkflowId(optInId);
  const process = async (): Promise<OptInProgress> => {
    at.push(await rig.env.currentTimeMs());
    const look = left.shift();
    if (look === undefined) throw ApplicationFailure.nonRetryable('looked once too often');
    if (look instanceof Error) throw look;
    return typeof look === 'function' ? look(rig.client.getHandle(workflowId)) : look;
  };
  const activities: DoubleOptInActivities = { processOptIn: process, advanceOptIn: process };
  const result = await rig.run(
    { type: 'doubleOptIn', workflowId, input: { optInId }, activities },
    (handle: OptInHandle) => during(handle, optInId),
  );
  const gapsInHours = at.slice(1).map((time, i) => Math.round((time - (at[i] ?? 0)) / HOUR_MS));
  return { gapsInHours, result };
}
