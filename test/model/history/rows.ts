/**
 * Commands that stand in a row more often than chance would have it, since what they may bring about takes each of them. In how many
 * steps, and beside what, is left to chance.
 */
import fc from 'fast-check';
import { inARow, type CommandArbitrary } from './command';
import { grant, pause, receiver, resend, resume, resync, withdraw } from './happenings';

const ofOne = fc.constant<[string, string]>(['a', 'newsletter']);
const wholeState = fc.constant(0);
/** What a command brings about is under way by then, or done. */
const UNDER_WAY = fc.integer({ min: 6, max: 50 });
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
  grant(ofOne, UNDER_WAY),
  receiver('takes and fails', NONE),
  withdraw(ofOne, UNDER_WAY),
  grant(ofOne, UNDER_WAY),
  receiver('takes', NONE),
  resend(UNDER_WAY),
);

/** Something is sent again while what came after it is in flight. */
const resentInFlight = inARow(
  grant(ofOne, UNDER_WAY),
  receiver('takes slowly', NONE),
  withdraw(ofOne, UNDER_WAY),
  resend(UNDER_WAY),
);

export const ROWS: readonly CommandArbitrary[] = [resyncedInFlight, resentBeforeLater, resentInFlight];
