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
import { after, sayEnded, saySince } from '../shared/details';
import { PLAIN_NAMES } from '../shared/patches';

/** Retried without limit: whatever fails here is trouble of our own. */
const { processOptIn, advanceOptIn } = proxyActivities<DoubleOptInActivities>({
  summary: 'do what is due',
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
    if (progress.kind === 'ended') {
      sayEnded(ENDS[progress.status]);
      return { status: progress.status };
    }
    const waitMs = Math.max(progress.waitMs, SHORTEST_WAIT_MS);
    saySince(WAITS[progress.next], `${NEXT[progress.next]} ${after(waitMs)}.`);
    await condition(() => changed, waitMs, {
      summary: `until the ${progress.next}`,
    });
  }
}

type Next = Extract<OptInProgress, { kind: 'waiting' }>['next'];

/** What it waits for, and what comes next, for the reader of the Web UI. */
const WAITS: Record<Next, string> = {
  'e-mail': 'waits until its e-mail is due and can be made (an address and a sender are needed)',
  reminder: 'waits for the confirmation',
  expiry: 'waits for the confirmation',
};
const NEXT: Record<Next, string> = {
  'e-mail': 'It looks again at',
  reminder: 'A reminder is sent at',
  expiry: 'The link ends at',
};

/** How it ended. */
const ENDS: Record<DoubleOptInResult['status'], string> = {
  confirmed: 'confirmed',
  declined: 'declined',
  expired: 'expired without a confirmation',
  voided: 'void, since newer consent decides on everything it asks for',
  gone: 'the citizen was deleted',
};
