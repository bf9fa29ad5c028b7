/** What callers and operators do, by the very services that the REST API calls. */
import { createCitizen } from '../../../src/consent/citizens';
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import type { PermissionChange } from '../../../src/consent/recording/input';
import { recordChange } from '../../../src/consent/recording/record-change';
import { cancelDelivery, resendDelivery, retryDelivery } from '../../../src/delivery/actions';
import type { Tx } from '../../../src/platform/database';
import { ServiceError } from '../../../src/platform/errors';
import { startResync } from '../../../src/subscriptions/resyncs';
import { retryWaiting } from '../../../src/subscriptions/retry-all';
import { rotateSigningSecret } from '../../../src/subscriptions/rotate-signing-secret';
import { patchSubscription } from '../../../src/subscriptions/update';
import { ALL } from '../../harness/visibility';
import { OPTIONS, SHOP } from '../world/schema';
import type { World } from '../world/world';

const RULES = { allowPrivateTargets: true };

export class Callers {
  constructor(private readonly world: World) {}

  record(
    externalRef: string,
    change: Pick<PermissionChange, 'optionId' | 'state' | 'obtainedAt' | 'validUntil'>,
  ): void {
    const changes = [{ optionType: 'option' as const, justification: 'consent' as const, ...change }];
    this.call((tx) => recordChange(tx, this.world.sealer, { applicationId: SHOP, externalRef, changes }));
  }

  setStatus(subscription: number, status: 'active' | 'paused'): void {
    if (status === 'paused') this.world.nothingLeftOut = false;
    this.call((tx) =>
      patchSubscription(tx, ALL, this.world.sealer, RULES, this.subscription(subscription), { status }),
    );
  }

  /** Has one delivery at a time knock while the endpoint fails. */
  probe(subscription: number): void {
    const change = { halfOpenProbing: 'on' } as const;
    this.call((tx) =>
      patchSubscription(tx, ALL, this.world.sealer, RULES, this.subscription(subscription), change),
    );
  }

  /** Of the options, only that one is told from then on; null: all are. */
  filter(subscription: number, only: string | null): void {
    const id = this.subscription(subscription);
    const filter = only === null ? null : { options: [only] };
    this.world.hide(id, only === null ? [] : OPTIONS.filter((option) => option !== only));
    this.call((tx) => patchSubscription(tx, ALL, this.world.sealer, RULES, id, { filter }));
  }

  retryAll(subscription: number): void {
    this.call((tx) => retryWaiting(tx, ALL, this.subscription(subscription)));
  }

  rotate(subscription: number): void {
    this.call((tx) =>
      rotateSigningSecret(tx, ALL, this.world.sealer, this.subscription(subscription), { overlap: 0 }),
    );
  }

  async resync(request: { readonly onlyDifferent?: boolean } = {}): Promise<void> {
    const { keeper, resyncs } = this.world;
    const rows = await keeper.query<{ id: string; number: number }>(
      `SELECT "id", "lastSequence" AS "number" FROM "Citizen"`,
    );
    this.call(async (tx) => {
      await startResync(tx, ALL, this.subscription(0), request);
      resyncs.push(new Map(rows.map(({ id, number }) => [id, number])));
    });
  }

  createCitizen(externalRef: string): void {
    this.call((tx) => createCitizen(tx, ALL, this.world.sealer, { applicationId: SHOP, externalRef }));
  }

  async deleteCitizen(externalRef: string): Promise<void> {
    const rows = await this.world.keeper.query<{ id: string }>(
      `SELECT "id" FROM "Citizen" WHERE "externalRef" = $1`,
      [externalRef],
    );
    for (const { id } of rows) this.call((tx) => deleteCitizen(tx, ALL, this.world.sealer, id));
  }

  /** Does something with a delivery: the one of that place, counted from the latest. */
  async act(action: 'resend' | 'cancel' | 'retry', place: number): Promise<void> {
    const rows = await this.world.keeper.query<{ id: string }>(
      `SELECT "id" FROM "Delivery" WHERE ("status" IN ('delivered', 'cancelled')) = $1
       ORDER BY "subscriptionId", "sequence" DESC, "id" DESC`,
      [action === 'resend'],
    );
    const id = rows[place % rows.length]?.id;
    if (id === undefined) return;
    const { resyncs } = this.world;
    if (action === 'cancel') {
      resyncs.length = 0;
      this.world.nothingLeftOut = false;
    }
    const service = { resend: resendDelivery, cancel: cancelDelivery, retry: retryDelivery }[action];
    this.call((tx) => service(tx, ALL, id));
  }

  /** As the API does: in a transaction, and the dispatchers are notified after its commit. A refusal is an answer. */
  private call(work: (tx: Tx) => Promise<unknown>): void {
    const { world } = this;
    world.begin(
      async () => {
        await world.db.$transaction(work);
        world.outboxChanged();
      },
      (error) => error instanceof ServiceError,
    );
  }

  private subscription(place: number): string {
    return this.world.subscriptions[place]?.id ?? '';
  }
}
