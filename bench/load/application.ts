/** What a scenario records changes in: an application with a subscription for each of its endpoints. */
import { randomBytes } from 'node:crypto';
import { now } from '../measure/clock';
import type { Endpoint } from '../receiver/receivers';
import { until } from '../until';
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
  private readonly endpoints = new Map<string, Endpoint>();

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

  /** Records that a citizen grants or withdraws consent. */
  async record(
    externalRef: string,
    state: 'GRANTED' | 'DENIED' = 'GRANTED',
    dueAt = now(),
  ): Promise<Promised[]> {
    const { deliveries } = await this.api.call<Recorded>('POST', '/permissions/transactions', {
      ...{ applicationId: this.id, externalRef },
      changes: [{ optionType: 'option', optionId: 'o', justification: 'consent', state }],
    });
    const acceptedAt = now();
    const promised = deliveries.flatMap(({ id, subscriptionId }) => {
      const endpoint = this.endpoints.get(subscriptionId);
      return endpoint ? [{ deliveryId: id, endpoint, acceptedAt, dueAt }] : [];
    });
    this.promised.push(...promised);
    return promised;
  }

  /** Awaits the arrival of everything that was promised. */
  async untilArrived(signal: AbortSignal, seconds: number): Promise<void> {
    const missing = new Set(this.promised);
    await until(
      'all deliveries arrive',
      () => {
        for (const promised of missing) if (arrivedAt(promised) !== undefined) missing.delete(promised);
        return missing.size === 0;
      },
      { signal, seconds },
    );
  }

  private async subscribe(endpoint: Endpoint): Promise<void> {
    const { id } = await this.api.call<{ id: string }>('POST', '/subscriptions', {
      ...{ applicationId: this.id, name: 'Benchmark', url: endpoint.url, updateType: 'consent-receipts' },
    });
    this.endpoints.set(id, endpoint);
  }
}

/** When a delivery arrived; undefined where it has not. */
export function arrivedAt({ deliveryId, endpoint }: Promised): number | undefined {
  return endpoint.arrivals.get(deliveryId);
}

/** Milliseconds from the 202 to the arrival; 0 for one that arrived before the 202 was read. */
export function waitOf(promised: Promised): number {
  return Math.max(0, (arrivedAt(promised) ?? Infinity) - promised.acceptedAt);
}
