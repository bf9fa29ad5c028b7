/** Receivers as real ones behave: what each of them keeps of the webhooks that it is sent. */
import { memoryStore, takeInTurn } from '../../packages/receiver/src';
import type { WebhookRequest } from '../../src/delivery/http/post';
import { requireDocumented } from './webhook-schemas';

/** What is in effect for a citizen, by `option:ID` or `group:ID`. */
export type KnownState = Readonly<Record<string, string>>;

/** What a webhook says, read as a receiver reads it. */
export interface ReadWebhook {
  readonly id: string;
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly externalRef: string;
  readonly sequence: number;
  /** All of a citizen's state, or what one change has altered in it; null: it is over. */
  readonly says: Readonly<Record<string, string | null>>;
  readonly whole: boolean;
}

/** Of a body, or of an answer of the API. */
interface Entry<State> {
  readonly optionType: string;
  readonly optionId: string;
  readonly state: State;
}

/** What entries say, by `option:ID` or `group:ID`. */
export function byPermission<State>(entries: readonly Entry<State>[]): Record<string, State> {
  return Object.fromEntries(entries.map((entry) => [`${entry.optionType}:${entry.optionId}`, entry.state]));
}

/** A state in one spelling, to compare it by; without some of its permissions. */
export function spelled(state: KnownState, leftOut: readonly string[] = []): string {
  const left = Object.entries(state).filter(([key]) => !leftOut.includes(key));
  return JSON.stringify(left.sort(([one], [other]) => (one < other ? -1 : 1)));
}

interface Body {
  readonly citizenId: string;
  readonly externalRef: string;
  /** A receipt has none where its change altered none. */
  readonly permissions?: readonly Entry<string | null>[];
}

/** Reads a request, whose body has to be as it is documented. */
export function readWebhook({ headers, body }: Pick<WebhookRequest, 'headers' | 'body'>): ReadWebhook {
  requireDocumented(headers, body);
  const { citizenId, externalRef, permissions = [] } = JSON.parse(body) as Body;
  const header = (name: string): string => String(headers[name]);
  return {
    id: header('webhook-id'),
    subscriptionId: header('x-cpm-subscription-id'),
    sequence: Number(header('x-cpm-sequence')),
    ...{ citizenId, externalRef },
    says: byPermission(permissions),
    whole: header('x-cpm-update-type') === 'effective-permission',
  };
}

/** Keeps what it is told of each citizen of a subscription. */
export class Receiver {
  private readonly known = new Map<string, KnownState>();

  constructor(private readonly heeds: (webhook: ReadWebhook) => boolean) {}

  receive(webhook: ReadWebhook): void {
    if (!this.heeds(webhook)) return;
    const key = placeOf(webhook);
    const told = { ...(webhook.whole ? {} : this.known.get(key)), ...webhook.says };
    const inEffect = Object.entries(told).filter(([, state]) => state !== null);
    this.known.set(key, Object.fromEntries(inEffect) as KnownState);
  }

  stateOf(subscriptionId: string, citizenId: string): KnownState {
    return this.known.get(placeOf({ subscriptionId, citizenId })) ?? {};
  }
}

const placeOf = ({ subscriptionId, citizenId }: Pick<ReadWebhook, 'subscriptionId' | 'citizenId'>): string =>
  `${subscriptionId} ${citizenId}`;

/** Drops a webhook whose `webhook-id` it has seen, as Standard Webhooks advises. */
export function deduplicating(): Receiver {
  const seen = new Set<string>();
  return new Receiver(({ id }) => !seen.has(id) && seen.add(id) !== undefined);
}

/** Drops a webhook with a lower `x-cpm-sequence` than the citizen's highest. */
export function keepingTheHighest(): Receiver {
  const highest = new Map<string, number>();
  return new Receiver((webhook) => {
    const key = placeOf(webhook);
    if (webhook.sequence < (highest.get(key) ?? 0)) return false;
    highest.set(key, webhook.sequence);
    return true;
  });
}

/** Applies whatever comes. */
export function applyingAll(): Receiver {
  return new Receiver(() => true);
}

/** What {@link Receiver} is of, seen from outside. */
export type AnyReceiver = Pick<Receiver, 'receive' | 'stateOf'>;

/** What packages/receiver makes of a verified webhook. Its store answers within the same turn of the event loop. */
export function builtFromTheKit(): AnyReceiver {
  const store = memoryStore();
  const applied = applyingAll();
  const apply = (webhook: ReadWebhook) => () => Promise.resolve(applied.receive(webhook));
  return {
    receive(webhook) {
      void takeInTurn(store, { ...webhook, orderingKey: placeOf(webhook) }, apply(webhook));
    },
    stateOf: (subscriptionId, citizenId) => applied.stateOf(subscriptionId, citizenId),
  };
}

/** One of each kind. */
export const ofEachKind = () => ({
  'built from the kit': builtFromTheKit(),
  'that drops known ids': deduplicating(),
  'that keeps the highest number': keepingTheHighest(),
  'that applies all': applyingAll(),
});
