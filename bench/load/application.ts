/** What a scenario records changes in: an application with a subscription for each of its endpoints. */
import { randomBytes } from 'node:crypto';
import { now } from '../measure/clock';
import type { Endpoint } from '../receiver/receivers';
import { happensWithin } from '../until';
import type { Api } from './api';

/** A delivery that a 202 has promised. */
export interface Promised {
  readonly deliveryId: string;
  readonly endpoint: Endpoint;
  /** When the 202 was read. */
  readonly acceptedAt: number;
  /** When the request was due; that of its sending where there is no schedule. */
  readonly dueAt: number;
}

interface Recorded {
  readonly deliveries: readonly { readonly id: string; readonly subscriptionId: string }[];
}

export class Application {
  /** All deliveries that its changes have led to. */
  readonly promised: Promised[] = [];
  private readonly subscriptions = new Map<string, Endpoint>();

  private constructor(
    private readonly api: Api,
    private readonly id: string,
  ) {}

  static async create(api: Api, endpoints: readonly Endpoint[]): Promise<Application> {
    const application = new Application(api, `bench-${randomBytes(6).toString('hex')}`);
    await api.call('PUT', `/applications/${application.id}`, { name: 'Benchmark' });
    await api.call('PUT', `/applications/${application.id}/options/o`, { name: 'Option' });
    for (const endpoint of endpoints) await application.subscribe(endpoint);
    return application;
  }

  /** Records a citizen's decision about consent. */
  async record(
    externalRef: string,
    {
      state = 'GRANTED',
      dueAt = now(),
    }: { readonly state?: 'GRANTED' | 'DENIED'; readonly dueAt?: number } = {},
  ): Promise<Promised[]> {
    const { deliveries } = await this.api.call<Recorded>('POST', '/permissions/transactions', {
      ...{ applicationId: this.id, externalRef },
      changes: [{ optionType: 'option', optionId: 'o', justification: 'consent', state }],
    });
    const acceptedAt = now();
    const promised = deliveries.flatMap(({ id, subscriptionId }) => {
      const endpoint = this.subscriptions.get(subscriptionId);
      return endpoint ? [{ deliveryId: id, endpoint, acceptedAt, dueAt }] : [];
    });
    this.promised.push(...promised);
    return promised;
  }

  get subscriptionIds(): readonly string[] {
    return [...this.subscriptions.keys()];
  }

  get endpoints(): readonly Endpoint[] {
    return [...this.subscriptions.values()];
  }

  /** How many of its deliveries have yet to arrive. */
  get missing(): number {
    return this.promised.filter((one) => arrivedAt(one) === undefined).length;
  }

  /** Awaits the arrival of everything that was promised, and tells whether it came in time. */
  arriveWithin(seconds: number, signal: AbortSignal): Promise<boolean> {
    const missing = new Set(this.promised);
    const isOver = (): boolean => {
      for (const promised of missing) if (arrivedAt(promised) !== undefined) missing.delete(promised);
      return missing.size === 0;
    };
    return happensWithin(isOver, { signal, seconds });
  }

  /** The same for figures that say nothing where something is missing. @throws Error where it took longer. */
  async arrive(seconds: number, signal: AbortSignal): Promise<void> {
    if (await this.arriveWithin(seconds, signal)) return;
    throw new Error(`${this.missing} deliveries have not arrived within ${seconds} s`);
  }

  private async subscribe(endpoint: Endpoint): Promise<void> {
    const { id } = await this.api.call<{ id: string }>('POST', '/subscriptions', {
      ...{ applicationId: this.id, name: 'Benchmark', url: endpoint.url, updateType: 'consent-receipts' },
    });
    this.subscriptions.set(id, endpoint);
  }
}

/** When a delivery arrived; undefined where it has not. */
export function arrivedAt({ deliveryId, endpoint }: Promised): number | undefined {
  return endpoint.arrivals.get(deliveryId);
}

/**
 * Milliseconds from the 202 to the arrival; 0 for one that arrived before the 202 was read, and for one that has not
 * arrived the time that it has been missing.
 */
export function waitOf(promised: Promised): number {
  return Math.max(0, (arrivedAt(promised) ?? now()) - promised.acceptedAt);
}
