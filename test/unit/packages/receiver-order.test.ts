/** What the receiver of packages/receiver has handled, and what it answers. */
import {
  createReceiver,
  memoryStore,
  type Answer,
  type ReceiverOptions,
  type Webhook,
} from '../../../packages/receiver/src';
import { newSigningKey } from '../../../src/platform/signing-key';
import { signedWebhook, type Sending } from '../../harness/signed-webhooks';

const secret = newSigningKey('hmac');

function receiverOf(options: Partial<ReceiverOptions> = {}) {
  const handled: Webhook[] = [];
  const note = (webhook: Webhook): void => void handled.push(webhook);
  const on = { 'effective-permission': note, 'consent-receipts': note, 'citizen-emails': note };
  const receiver = createReceiver({ keys: { secrets: secret }, on, ...options });
  const receive = (sending: Partial<Sending>): Promise<Answer> =>
    receiver.receive(signedWebhook({ keys: [secret], ...sending }));
  return { handled, receive };
}

describe('a webhook', () => {
  it.each(['effective-permission', 'consent-receipts', 'citizen-emails'] as const)(
    'of the type %s reaches its handler with what its headers say',
    async (updateType) => {
      const { handled, receive } = receiverOf();
      expect(await receive({ updateType, id: 'id-7', sequence: 7 })).toEqual({
        status: 204,
        outcome: 'handled',
      });
      const said = {
        id: 'id-7',
        updateType,
        subscriptionId: 's-1',
        changeId: 'c-1',
        sequence: 7,
        attempt: 1,
      };
      expect(handled).toEqual([expect.objectContaining({ ...said, test: false })]);
      expect(handled[0]?.body.externalRef).toBe('customer-4711');
    },
  );

  it('that comes again is not handled again', async () => {
    const { handled, receive } = receiverOf();
    await receive({});
    expect(await receive({ sequence: 4 })).toEqual({ status: 204, outcome: 'known' });
    expect(handled).toHaveLength(1);
  });

  it('that comes after a later one of its citizen is not handled; of another citizen it is', async () => {
    const { handled, receive } = receiverOf();
    await receive({ id: 'id-2', sequence: 2 });
    expect(await receive({ id: 'id-1', sequence: 1 })).toEqual({ status: 204, outcome: 'stale' });
    expect((await receive({ id: 'id-3', sequence: 2 })).outcome).toBe('handled');
    expect((await receive({ id: 'id-4', sequence: 1, body: { citizenId: 'other' } })).outcome).toBe(
      'handled',
    );
    expect(handled.map(({ id }) => id)).toEqual(['id-2', 'id-3', 'id-4']);
  });

  it('that could not be handled is, when it comes again', async () => {
    const errors: unknown[] = [];
    let tries = 0;
    const on = {
      'effective-permission': () => {
        if ((tries += 1) === 1) throw new Error('the CRM is away');
      },
    };
    const { receive } = receiverOf({ on, onError: (error) => errors.push(error) });
    expect(await receive({})).toEqual({ status: 500, outcome: 'failed' });
    expect(await receive({})).toEqual({ status: 204, outcome: 'handled' });
    expect(errors).toEqual([new Error('the CRM is away')]);
  });

  it('that comes again while it is being handled waits for that', async () => {
    const order: string[] = [];
    const on = {
      'effective-permission': async ({ id }: Webhook) => {
        order.push(`${id} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${id} ends`);
      },
    };
    const { receive } = receiverOf({ on });
    const answers = await Promise.all(['one', 'one', 'two'].map((id) => receive({ id })));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['handled', 'handled', 'known']);
    expect(order).toHaveLength(4);
    for (const at of [0, 2]) expect(order[at]?.replace('begins', 'ends')).toBe(order[at + 1]);
  });

  it('that nobody handles is not answered as if it was', async () => {
    const { receive } = receiverOf({ on: {} });
    expect(await receive({})).toEqual({ status: 501, outcome: 'refused' });
  });

  it('that is a test is answered, and handled by nobody', async () => {
    const tests: Webhook[] = [];
    const { handled, receive } = receiverOf({ onTest: (webhook) => tests.push(webhook) });
    expect(await receive({ test: true, sequence: 1_000 })).toEqual({ status: 204, outcome: 'test' });
    expect((await receive({ sequence: 1 })).outcome).toBe('handled');
    expect([handled.length, tests.length]).toEqual([1, 1]);
  });

  it.each([
    ['of a type that is not known', { 'x-cpm-update-type': 'toString' }],
    ['without a number', { 'x-cpm-sequence': undefined }],
    ['whose number is none', { 'x-cpm-sequence': '-1' }],
  ])('%s is refused', async (_what, altered) => {
    const { headers, body } = signedWebhook({ keys: [secret] });
    const receiver = createReceiver({ keys: { secrets: secret }, on: {} });
    expect((await receiver.receive({ headers: { ...headers, ...altered }, body })).status).toBe(400);
  });
});

describe('the memory of a process', () => {
  it('is bounded: it forgets the citizen that was quiet for longest, and the oldest ids', async () => {
    const { receive } = receiverOf({ store: memoryStore({ citizens: 2, idsOfEach: 2 }) });
    const outcomeOf = async (citizenId: string, id: string): Promise<string> =>
      (await receive({ id, body: { citizenId } })).outcome;
    for (const [citizen, id] of ['a1', 'b1', 'a2', 'c1'].map((name) => [...name] as [string, string]))
      await outcomeOf(citizen, citizen + id);
    expect([await outcomeOf('a', 'a1'), await outcomeOf('a', 'a2'), await outcomeOf('c', 'c1')]).toEqual(
      Array(3).fill('known'),
    );
    expect(await outcomeOf('b', 'b1')).toBe('handled');
    await outcomeOf('c', 'c2');
    await outcomeOf('c', 'c3');
    expect([await outcomeOf('c', 'c3'), await outcomeOf('c', 'c1')]).toEqual(['known', 'handled']);
  });
});
