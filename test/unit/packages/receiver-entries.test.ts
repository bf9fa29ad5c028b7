/** What the kit says that a webhook says of the options and preferences that a receiver has a place for. */
import { entriesFor, isPermitted, type Entry, type StateWebhook } from '../../../packages/receiver/src';
import { samplePayloads } from '../../../src/delivery/samples';

const samples = samplePayloads(new Date());
const [newsletter, profiling] = samples['effective-permission'].permissions as [Entry, Entry];
const [frequency] = samples['effective-permission'].preferences as [Entry];

function webhook(updateType: StateWebhook['updateType'], members: object): StateWebhook {
  const transport = {
    id: 'id-1',
    subscriptionId: 's-1',
    changeId: 'c-1',
    sequence: 1,
    attempt: 1,
    test: false,
  };
  return { ...transport, updateType, body: { ...samples[updateType], ...members } } as StateWebhook;
}

const KEYS = ['option:newsletter', 'option:profiling', 'preference:contact-frequency'];

describe('entriesFor', () => {
  it('takes what Effective Permissions leave out for not in effect', () => {
    const entries = entriesFor(webhook('effective-permission', { permissions: [newsletter] }), [
      ...KEYS,
      'group:newsletter',
    ]);
    expect([...entries]).toEqual([
      ['option:newsletter', newsletter],
      ['option:profiling', null],
      ['preference:contact-frequency', frequency],
      ['group:newsletter', null],
    ]);
  });

  it('says nothing of what a receipt does not tell, and null of what it says went out of effect', () => {
    const over = {
      permissions: [{ ...newsletter, state: null }],
      preferences: [{ ...frequency, choices: [] }],
    };
    expect([...entriesFor(webhook('consent-receipts', over), KEYS)]).toEqual([
      ['option:newsletter', null],
      ['preference:contact-frequency', null],
    ]);
    const changed = { permissions: [profiling], preferences: undefined };
    expect([...entriesFor(webhook('consent-receipts', changed), KEYS)]).toEqual([
      ['option:profiling', profiling],
    ]);
  });

  it('says nothing of what it was not asked for', () => {
    expect([...entriesFor(webhook('effective-permission', {}), [])]).toEqual([]);
  });
});

describe('isPermitted', () => {
  it.each([
    ['GRANTED', true],
    ['CLAIMED', true],
    ['DENIED', false],
    ['PENDING', false],
    ['OBJECTED', false],
    ['OBJECTION_UPHELD', false],
    [null, false],
  ])('says of a permission that is %s: %s', (state, permitted) => {
    expect(isPermitted({ ...newsletter, state } as Entry)).toBe(permitted);
  });

  it('says no of an answer, and of what is not in effect', () => {
    expect([isPermitted(frequency), isPermitted(null), isPermitted(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
