/** The receiver: from a request as it came to a handled webhook, and the status to answer with. */
import { keySourceOf, type Keys } from './keys.ts';
import { memoryStore } from './memory-store.ts';
import { headerOf, type GivenHeaders, type ReceivedRequest } from './request.ts';
import { takeInTurn, type Store, type Taken } from './store.ts';
import { verify, VerificationError } from './verify.ts';
import { orderingKeyOf, type Bodies, type UpdateType, type Webhook, type WebhookOf } from './webhook.ts';

/** Handles a webhook. Where it throws, the answer is a 500 and the service sends the webhook again. */
export type Handler<Type extends UpdateType, Tx> = (webhook: WebhookOf<Type>, transaction: Tx) => unknown;

export interface ReceiverOptions<Tx = undefined> {
  readonly keys: Keys;
  /**
   * What to do with each type of webhook. One without a handler is answered with a 501, so that it waits at the service and is not lost.
   * The service gives up on an answer after 15 seconds: queue what takes longer.
   */
  readonly on: { readonly [Type in UpdateType]?: Handler<Type, Tx> };
  /** Called for tests of the endpoint, which hold an example. They are answered with a 2xx once they are verified. */
  readonly onTest?: (webhook: Webhook) => unknown;
  /** Told what went wrong where the answer is a 4xx or 5xx. */
  readonly onError?: (error: unknown) => void;
  /** Default: {@link memoryStore}, which forgets with the process. */
  readonly store?: Store<Tx>;
  /** How far the time of a webhook may be from the receiver's. Default: 5 minutes. */
  readonly toleranceMs?: number;
}

/** What became of a request. */
export type Outcome = Taken | 'test' | 'refused' | 'failed';

export interface Answer {
  readonly status: number;
  readonly outcome: Outcome;
}

export interface Receiver {
  /** Verifies a request, and has it handled unless it is known or stale. Does not throw. */
  receive(request: ReceivedRequest): Promise<Answer>;
}

const TOLERANCE_MS = 300_000;

/**
 * A receiver of webhooks.
 * @example
 * const receiver = createReceiver({
 *   keys: { secrets: process.env.SIGNING_SECRET },
 *   on: { 'effective-permission': ({ body }) => crm.store(body.citizenId, body.permissions) },
 * });
 * @throws Error where a key can't be one
 */
export function createReceiver(options: ReceiverOptions): Receiver;
export function createReceiver<Tx>(options: ReceiverOptions<Tx> & { readonly store: Store<Tx> }): Receiver;
export function createReceiver<Tx>({
  keys,
  on,
  onTest,
  onError,
  store = memoryStore() as Store<Tx>,
  toleranceMs = TOLERANCE_MS,
}: ReceiverOptions<Tx>): Receiver {
  const source = keySourceOf(keys);

  async function take(request: ReceivedRequest): Promise<Answer> {
    await verify(request, source, toleranceMs);
    const webhook = readWebhook(request);
    if (webhook.test) {
      await onTest?.(webhook);
      return { status: 204, outcome: 'test' };
    }
    const handler = on[webhook.updateType] as Handler<UpdateType, Tx> | undefined;
    if (!handler) throw new UnreadableError(501, `there is no handler of ${webhook.updateType}`);
    const { id, sequence } = webhook;
    const outcome = await takeInTurn(
      store,
      { id, sequence, orderingKey: orderingKeyOf(webhook) },
      async (transaction) => void (await handler(webhook, transaction)),
    );
    return { status: 204, outcome };
  }

  return {
    async receive(request) {
      try {
        return await take(request);
      } catch (error) {
        onError?.(error);
        if (error instanceof VerificationError) return { status: 401, outcome: 'refused' };
        if (error instanceof UnreadableError) return { status: error.status, outcome: 'refused' };
        return { status: 500, outcome: 'failed' };
      }
    },
  };
}

/** Signed, but not a webhook that this version of the kit knows, or that the receiver expects. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const UPDATE_TYPES: Readonly<Record<UpdateType, true>> = {
  'effective-permission': true,
  'consent-receipts': true,
  'citizen-emails': true,
};

function readWebhook({ headers, body }: ReceivedRequest): Webhook {
  const updateType = textOf(headers, 'x-cpm-update-type');
  if (!Object.hasOwn(UPDATE_TYPES, updateType)) throw new UnreadableError(400, `unknown type ${updateType}`);
  return {
    id: textOf(headers, 'webhook-id'),
    updateType: updateType as UpdateType,
    subscriptionId: textOf(headers, 'x-cpm-subscription-id'),
    changeId: textOf(headers, 'x-cpm-change-id'),
    sequence: numberOf(headers, 'x-cpm-sequence'),
    attempt: numberOf(headers, 'x-cpm-attempt'),
    test: headerOf(headers, 'x-cpm-test') === 'true',
    // Its form is that of the schemas, since the service has signed it.
    body: JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body)) as Bodies[UpdateType],
  } as Webhook;
}

function textOf(headers: GivenHeaders, name: string): string {
  const value = headerOf(headers, name);
  if (!value) throw new UnreadableError(400, `the header ${name} is missing`);
  return value;
}

function numberOf(headers: GivenHeaders, name: string): number {
  const value = textOf(headers, name);
  if (!/^\d{1,15}$/.test(value)) throw new UnreadableError(400, `the header ${name} is no number`);
  return Number(value);
}
