/**
 * Commands that stand in a row more often than chance would have it, since what they may bring about takes each of them. In how many
 * steps, and beside what, is left to chance.
 */
import fc from 'fast-check';
import { inARow, type CommandArbitrary } from './command';
import { dateAhead, filter, grant, pause, receiver, resend, resume, resync, withdraw } from './happenings';

const ofOne = fc.constant<[string, string]>(['a', 'newsletter']);
/** Beside it: what is sent again has nothing to say any more of what has changed since. */
const ofOther = fc.constant<[string, string]>(['a', 'calls']);
const wholeState = fc.constant(0);
/** What a command brings about is under way by then, or done. */
const UNDER_WAY = fc.integer({ min: 6, max: 50 });
/** What a change brings about is done by then, more often than not. */
const DONE = fc.integer({ min: 40, max: 80 });
const NONE = fc.constant(0);

/** A request is in flight while a change is skipped, and then the state of everybody is sent. */
const resyncedInFlight = inARow(
  receiver('takes slowly', NONE),
  grant(ofOne, UNDER_WAY),
  pause(wholeState, UNDER_WAY),
  withdraw(ofOne, UNDER_WAY),
  resume(wholeState, UNDER_WAY),
  resync(UNDER_WAY),
);

/** Something is sent again while what came after it waits, of which the receiver has seen the number. */
const resentBeforeLater = inARow(
  grant(ofOne, DONE),
  receiver('takes and fails', NONE),
  withdraw(ofOther, UNDER_WAY),
  grant(ofOther, UNDER_WAY),
  receiver('takes', NONE),
  resend(UNDER_WAY),
);

/** Something is sent again after what came after it. */
const resentAfterLater = inARow(grant(ofOne, DONE), withdraw(ofOther, DONE), resend(UNDER_WAY));

/** Something is sent again while what came after it is in flight. */
const resentInFlight = inARow(
  grant(ofOne, DONE),
  receiver('takes slowly', NONE),
  withdraw(ofOther, UNDER_WAY),
  resend(UNDER_WAY),
);

/** Consent is dated ahead, and withdrawn before that time has come. */
const withdrawnBeforeItsDate = inARow(dateAhead(ofOne, UNDER_WAY), withdraw(ofOne, UNDER_WAY));

/** What was told before is taken back once a filter tells of other options only. */
const withdrawnOutsideTheFilter = inARow(
  grant(ofOne, DONE),
  filter(fc.constant('calls'), UNDER_WAY),
  withdraw(ofOne, UNDER_WAY),
);

export const ROWS: readonly CommandArbitrary[] = [
  resyncedInFlight,
  resentBeforeLater,
  resentAfterLater,
  resentInFlight,
  withdrawnBeforeItsDate,
  withdrawnOutsideTheFilter,
];
