/** What others need to talk to the `doubleOptIn` workflow. As in `contract.ts`, only ids and numbers (rule `ids-only`). */
import { defineSignal } from '@temporalio/workflow';

/** How an opt-in ends: `voided` when something else was said of everything it asks for. */
export type OptInEnd = 'confirmed' | 'declined' | 'expired' | 'voided';

/** The id of an opt-in's workflow, the same over every run of it. */
export function optInWorkflowId(optInId: string): string {
  return `opt-in-${optInId}`;
}

/** Something changed: decided, joined by a further submission, asked for a new e-mail, or its citizen's consent did. */
export const optInChanged = defineSignal('optInChanged');

/** Input of the `doubleOptIn` workflow. */
export interface DoubleOptInInput {
  readonly optInId: string;
}

/** Result of the `doubleOptIn` workflow; `gone` when the citizen was deleted. */
export interface DoubleOptInResult {
  readonly status: OptInEnd | 'gone';
}

/** What is left of an opt-in after a look at it. */
export type OptInStep =
  | { readonly kind: 'ended'; readonly status: OptInEnd | 'gone' }
  /** Nothing is due before `waitMs` are over; then `next` is. */
  | { readonly kind: 'waiting'; readonly waitMs: number; readonly next: 'e-mail' | 'reminder' | 'expiry' };

/** The activity of the `doubleOptIn` workflow. */
export interface DoubleOptInActivities {
  /** Does what is due for an opt-in now, e-mails above all, and says what comes next. Repeating it does nothing twice. */
  advanceOptIn(optInId: string): Promise<OptInStep>;
}
