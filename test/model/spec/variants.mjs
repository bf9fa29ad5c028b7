/** What is checked of the specification: the protocol as it is, and as it would be without one of its rules. */

/** How often each may happen in one history; a check names what it allows beyond the changes. */
const NEVER = {
  MaxPauses: 0,
  MaxResends: 0,
  MaxCancels: 0,
  MaxResyncs: 0,
  MaxCrashes: 0,
  MaxStalls: 0,
  MaxLosses: 0,
};

const RULES = {
  KeyWaits: true,
  ResendKeepsUp: true,
  BeginsFresh: true,
  ResyncSeesBegun: true,
  ParkLooksAgain: true,
  FinishWakes: true,
};

/** Version 0.1 had not these yet. */
const BEFORE = { KeyWaits: false, ResendKeepsUp: false, BeginsFresh: false, ResyncSeesBegun: false };

export const INVARIANTS = ['OneInFlight', 'NumberNeverFalls', 'NothingIsForgotten', 'ReceiverIsUpToDate'];

const EFFECTIVE = { RenderedWhenSent: true };
const RECEIPTS = { RenderedWhenSent: false };

const check = (name, constants, options = {}) => ({
  name,
  constants: { MaxChanges: 3, ...NEVER, ...EFFECTIVE, ...RULES, ...constants },
  ...options,
});

/** Must hold in every state: explored to the end, for two workers. `quick` ones are part of `npm test`. */
export const HOLDS = [
  check('three changes and a resend', { MaxResends: 1 }),
  check('three changes and a pause', { MaxPauses: 1 }),
  check('three changes and a cancel', { MaxCancels: 1 }),
  check('three changes and a worker that dies', { MaxCrashes: 1 }),
  check('three changes and a worker that stalls', { MaxStalls: 1 }),
  check('three changes and a Temporal that forgets', { MaxLosses: 1 }),
  check('three receipts and a resend', { ...RECEIPTS, MaxResends: 1 }),
  check('two changes, a pause and a resync', { MaxChanges: 2, MaxPauses: 1, MaxResyncs: 1 }),
  check('two changes, a pause, a resend, a cancel and a worker that dies', {
    ...{ MaxChanges: 2, MaxPauses: 1, MaxResends: 1, MaxCancels: 1, MaxCrashes: 1 },
  }),
  check('two changes and a resend', { MaxChanges: 2, MaxResends: 1 }, { quick: true }),
];

const without = (rule, violates, constants, options = {}) =>
  check(`without ${rule}`, { [rule]: false, ...constants }, { violates, ...options });

/** Must be violated: the shortest history that a rule is there for. */
export const VIOLATED = [
  check(
    'version 0.1: a resend and the next delivery in flight at once',
    { ...BEFORE, MaxChanges: 2, MaxResends: 1 },
    { violates: 'OneInFlight', quick: true },
  ),
  check(
    'version 0.1: the number falls after a resend',
    { ...BEFORE, ...RECEIPTS, MaxResends: 1 },
    { violates: 'NumberNeverFalls', quick: true },
  ),
  check(
    'version 0.1: a resync leaves the receiver on an old state',
    { ...BEFORE, MaxChanges: 2, MaxPauses: 1, MaxResyncs: 1 },
    { violates: 'ReceiverIsUpToDate', quick: true },
  ),
  without('KeyWaits', 'OneInFlight', { MaxChanges: 2, MaxResends: 1 }),
  without('ResendKeepsUp', 'NumberNeverFalls', { ...RECEIPTS, MaxResends: 1, BeginsFresh: false }),
  without('BeginsFresh', 'NumberNeverFalls', { MaxResends: 1 }),
  without('ResyncSeesBegun', 'ReceiverIsUpToDate', { MaxChanges: 2, MaxPauses: 1, MaxResyncs: 1 }),
  without('ParkLooksAgain', 'NothingIsForgotten', { MaxChanges: 2, MaxPauses: 1 }),
  without('FinishWakes', 'NothingIsForgotten', { MaxChanges: 2 }),
];
