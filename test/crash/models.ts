/** Receivers as real ones behave, and what each of them must hold once all is delivered. */
import { byPermission, ofEachKind, readWebhook, spelled, type KnownState } from '../harness/receivers';
import type { Received } from '../../tools/receiver/receiver';
import { APPLICATION, call, type Target } from './load';
import { queryDatabase } from './query';

interface Line {
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly externalRef: string;
  /** An attempt was cut off, so that something older may have arrived after something newer. */
  readonly cutOff: boolean;
}

/** Citizens whose latest change was delivered as Effective Permissions: a pause may have skipped that of others. */
const UP_TO_DATE = `
  SELECT s."id" AS "subscriptionId", z."id" AS "citizenId", z."externalRef", EXISTS (
    SELECT 1 FROM "Attempt" a JOIN "Delivery" d ON d."id" = a."deliveryId"
    WHERE d."citizenId" = z."id" AND d."subscriptionId" = s."id" AND a."outcome" IS DISTINCT FROM 'delivered') AS "cutOff"
  FROM "Subscription" s CROSS JOIN "Citizen" z
  WHERE s."updateType" = 'effective-permission' AND z."lastSequence" = (
    SELECT max(d."sequence") FROM "Delivery" d
    WHERE d."citizenId" = z."id" AND d."subscriptionId" = s."id" AND d."status" = 'delivered')`;

export class ReceiverModels {
  private readonly models = ofEachKind();

  note(received: Received): void {
    const webhook = readWebhook(received);
    for (const model of Object.values(this.models)) model.receive(webhook);
  }

  /** Where a receiver holds something else than the API tells. */
  async wrongs(target: Target, databaseUrl: string): Promise<string[]> {
    const wrongs: string[] = [];
    for (const { subscriptionId, citizenId, externalRef, cutOff } of await queryDatabase<Line>(
      databaseUrl,
      UP_TO_DATE,
    )) {
      const inEffect = spelled(await stateOf(target, externalRef));
      for (const [name, model] of Object.entries(this.models)) {
        if (cutOff && name === 'that applies all') continue;
        const held = spelled(model.stateOf(subscriptionId, citizenId));
        if (held !== inEffect)
          wrongs.push(`the receiver ${name} holds ${held} of ${citizenId}, in effect is ${inEffect}`);
      }
    }
    return wrongs;
  }
}

async function stateOf(target: Target, externalRef: string): Promise<KnownState> {
  const route = `/permissions?applicationId=${APPLICATION}&externalRef=${externalRef}`;
  const answer = await call(target, 'GET', route);
  if (answer?.status !== 200) throw new Error(`GET ${route}: ${JSON.stringify(answer)}`);
  const { permissions } = answer.body as {
    permissions: { optionType: string; optionId: string; state: string }[];
  };
  return byPermission(permissions);
}
