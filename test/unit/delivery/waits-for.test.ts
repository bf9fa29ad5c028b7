import { explain, type WaitFacts } from '../../../src/delivery/waits-for';

const ID = 'this one';
const AT = new Date('2030-01-01T00:00:00.000Z');
const WAITING: WaitFacts = {
  ...{ status: 'waiting', stalledBy: null, isStalled: false, subscriptionActive: true, predecessorId: null },
  ...{ inFlight: null, hasEntry: false, heldBack: false, nextAttemptAt: AT },
};
const inFlight = (deliveryId: string): WaitFacts['inFlight'] => ({ attemptId: 'a', deliveryId, forMs: 1 });
const PAUSED = { subscriptionActive: false, status: 'paused', nextAttemptAt: null };

describe('an unfinished delivery waits for', () => {
  it.each<[string, Partial<WaitFacts>, object]>([
    ['its next attempt', {}, { reason: 'next-attempt', until: AT.toISOString() }],
    ['the one that knocks for all', { heldBack: true }, { reason: 'knock', until: AT.toISOString() }],
    ['a worker', { status: 'pending', nextAttemptAt: null }, { reason: 'turn', until: null }],
    ['a worker that is to be told', { hasEntry: true }, { reason: 'turn', until: null }],
    [
      'the answer',
      { status: 'delivering', nextAttemptAt: null, inFlight: inFlight(ID) },
      { reason: 'answer' },
    ],
    [
      'the answer, also where its subscription was paused meanwhile',
      { ...PAUSED, status: 'delivering', inFlight: inFlight(ID) },
      { reason: 'answer' },
    ],
    ['its subscription', PAUSED, { reason: 'subscription' }],
    [
      'an earlier one',
      { status: 'blocked', predecessorId: 'p', inFlight: inFlight('p') },
      { reason: 'earlier-delivery', deliveryId: 'p' },
    ],
    [
      'the request of another one',
      { status: 'blocked', inFlight: inFlight('r') },
      { reason: 'other-request', deliveryId: 'r' },
    ],
    ['progress', { isStalled: true, stalledBy: 'silent', ...PAUSED }, { reason: 'progress' }],
    ['a mended workflow', { isStalled: true, stalledBy: 'failing' }, { reason: 'failing-workflow' }],
  ])('%s', (_, facts, told) => {
    expect(explain(ID, { ...WAITING, ...facts }, null)).toMatchObject({
      deliveryId: null,
      until: null,
      ...told,
    });
  });

  it('an access token, until one is asked for again', () => {
    const missing = {
      error: 'refused',
      errorCodes: null,
      since: AT.toISOString(),
      nextTryAt: AT.toISOString(),
    };
    expect(explain(ID, WAITING, missing)).toMatchObject({ reason: 'access-token', until: AT.toISOString() });
  });
});
