/** What others need to talk to the `doubleOptIn` workflow. As in `contract.ts`, only ids and numbers (rule `ids-only`). */
import { defineSignal } from '@temporalio/workflow';

/** How an opt-in ends: `voided` when newer consent decides on everything it asks for. */
export type OptInEnd = 'confirmed' | 'declined' | 'expired' | 'voided';

/** The id of an opt-in's workflow, the same over every run of it. */
export function optInWorkflowId(optInId: string): string {
  return `opt-in-${optInId}`;
}

/** Something changed: a decision, a further submission, a request for a new e-mail, or the citizen's consent. */
export const optInChanged = defineSignal('optInChanged');

/** Input of the `doubleOptIn` workflow. */
export interface DoubleOptInInput {
  readonly optInId: string;
}

/** Result of the `doubleOptIn` workflow; `gone` when the citizen was deleted. */
export interface DoubleOptInResult {
  readonly status: OptInEnd | 'gone';
}

/** What is left of an opt-in once it was processed. */
export type OptInProgress =
  | { readonly kind: 'ended'; readonly status: OptInEnd | 'gone' }
  /** Nothing is due before `waitMs` are over; then `next` is. */
  | { readonly kind: 'waiting'; readonly waitMs: number; readonly next: 'e-mail' | 'reminder' | 'expiry' };

/** The activities of the `doubleOptIn` workflow. */
export interface DoubleOptInActivities {
  /** Does what is due for an opt-in now, e-mails above all, and says what comes next. Repeating it does nothing twice. */
  processOptIn(optInId: string): Promise<OptInProgress>;
  /** The same, by the name that opt-ins begun by version 0.1 have in their histories. */
  advanceOptIn(optInId: string): Promise<OptInProgress>;
}
