/**
 * One double opt-in, from the submission to its confirmation, decline or expiry.
 *
 * ```
 * process ─ ended ───────────────────────────► done
 *    └───── waiting ─► until what comes next is due, or a signal ─► process
 * ```
 *
 * What is due is decided in the database, under the citizen's lock: this workflow is the clock. So a
 * signal may be lost, repeated or late, and a run that is lost can be replaced by another.
 */
import {
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  optInChanged,
  type DoubleOptInActivities,
  type DoubleOptInInput,
  type DoubleOptInResult,
  type OptInProgress,
} from './contract';
import { PLAIN_NAMES } from '../shared/patches';

/** Retried without limit: whatever fails here is trouble of our own. */
const { processOptIn, advanceOptIn } = proxyActivities<DoubleOptInActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

/** Two clocks differ by a little: a wait is never so short that looking again changes nothing. */
const SHORTEST_WAIT_MS = 50;

/** Sees a double opt-in through. Signal: `optInChanged`. */
export async function doubleOptIn(input: DoubleOptInInput): Promise<DoubleOptInResult> {
  let changed = false;
  setHandler(optInChanged, () => {
    changed = true;
  });
  for (;;) {
    // Right before a look, so that the next run's first one does what a signal was sent for.
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof doubleOptIn>(input);
    changed = false; // before the look, never after: a signal during it must not be lost (rule `signal-before-load`)
    const processNow = patched(PLAIN_NAMES) ? processOptIn : advanceOptIn;
    const progress = await processNow(input.optInId);
    setCurrentDetails(DETAILS[progress.kind === 'ended' ? progress.status : progress.next]);
    if (progress.kind === 'ended') return { status: progress.status };
    await condition(() => changed, Math.max(progress.waitMs, SHORTEST_WAIT_MS), {
      summary: `until the ${progress.next}`,
    });
  }
}

type Next = Extract<OptInProgress, { kind: 'waiting' }>['next'];

/** What each state means, for the reader of the Web UI. */
const DETAILS: Record<DoubleOptInResult['status'] | Next, string> = {
  'e-mail': 'The e-mail cannot be made yet: an address or a sender is missing.',
  reminder: 'Waiting for the confirmation; a reminder comes next.',
  expiry: 'Waiting for the confirmation, until the link expires.',
  confirmed: 'Confirmed.',
  declined: 'Declined.',
  expired: 'Expired without a confirmation.',
  voided: 'Void: newer consent decides on everything it asks for.',
  gone: 'The citizen was deleted.',
};
