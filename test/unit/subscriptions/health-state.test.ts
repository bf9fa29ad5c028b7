import { judge, sentence, type HealthFacts } from '../../../src/subscriptions/health-state';

const at = (minute: number, second = 0): Date => new Date(Date.UTC(2026, 0, 1, 12, minute, second));

const WORKS: HealthFacts = {
  now: at(30),
  isPaused: false,
  pausedAt: null,
  lastSuccessAt: at(20),
  lastFailureAt: null,
  lastError: null,
  worksSince: at(1),
  failsSince: null,
  waiting: 0,
  oldestAt: null,
  oldestFailingAt: null,
  awaitsRecovery: false,
  sleeps: false,
  tokenError: null,
  tokenFailingSince: null,
};

const fails = {
  lastFailureAt: at(25),
  lastError: 'HTTP 500',
  failsSince: at(21),
  waiting: 3,
  oldestAt: at(21),
};
/** Something failed, and others are delivered since. */
const mended = { ...fails, lastSuccessAt: at(29), worksSince: at(26), oldestFailingAt: at(21) };

describe('the health of a subscription', () => {
  it.each<[string, Partial<HealthFacts>, [state: string, cause: string, since: Date | null]]>([
    ['with nothing sent', { lastSuccessAt: null, worksSince: null }, ['healthy', 'nothing_sent', null]],
    ['with everything delivered', {}, ['healthy', 'all_delivered', at(1)]],
    [
      'with what was recorded just now',
      { waiting: 2, oldestAt: at(29, 55) },
      ['healthy', 'under_way', at(1)],
    ],
    [
      'with what was recorded a while ago',
      { waiting: 2, oldestAt: at(29, 45) },
      ['degraded', 'late', at(29, 45)],
    ],
    ['that fails', { ...fails, oldestFailingAt: at(21) }, ['failing', 'all_fail', at(21)]],
    ['that has never worked', { ...fails, lastSuccessAt: null }, ['failing', 'all_fail', at(21)]],
    ['of which the last one was given up', { ...fails, waiting: 0 }, ['failing', 'last_failed', at(21)]],
    ['that works again', { ...mended, awaitsRecovery: true }, ['recovering', 'recovered', at(26)]],
    ['whose late ones are being sent', mended, ['recovering', 'recovered', at(26)]],
    ['with one that fails beside others', { ...mended, sleeps: true }, ['degraded', 'some_fail', at(21)]],
    [
      'that works again, with one such',
      { ...mended, sleeps: true, awaitsRecovery: true },
      ['recovering', 'recovered', at(26)],
    ],
    [
      'without an access token',
      { waiting: 1, oldestAt: at(29, 59), tokenError: 'refused', tokenFailingSince: at(28) },
      ['failing', 'no_access_token', at(28)],
    ],
    ['that is paused', { ...fails, isPaused: true, pausedAt: at(27) }, ['paused', 'paused', at(27)]],
  ])('%s', (_, facts, [state, cause, since]) => {
    expect(judge({ ...WORKS, ...facts })).toEqual({ state, cause, since });
  });

  it('is explained in a sentence with the numbers', () => {
    expect(sentence('recovered', { ...WORKS, waiting: 1 })).toBe(
      'The endpoint accepts webhooks again; 1 delivery has yet to be delivered.',
    );
    expect(sentence('some_fail', { ...WORKS, waiting: 10_000, lastError: 'HTTP 503' })).toBe(
      'Others are delivered, but 10000 or more deliveries wait. Last failure: HTTP 503.',
    );
  });
});
