/** Everything one attempt has to know, read afresh each time: nothing is remembered between attempts. */
import { IS_HELD_BACK } from '../../outbox/endpoint-probes';
import { IS_BLOCKED, NEWEST_SEQUENCE } from '../../outbox/ordering';
import { IN_FLIGHT, isKeyOf, type AttemptInFlight } from '../../outbox/ordering-key';
import { Prisma, type Database } from '../../platform/database';
import { arrayOf, runStatement } from '../../platform/statements';

/** A delivery with its subscription, as one attempt sees it. */
export interface LoadedDelivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly citizenId: string;
  readonly changeId: string;
  readonly changeKind: string;
  readonly emailId: string | null;
  readonly sequence: number;
  readonly updateType: string;
  readonly status: string;
  readonly resent: boolean;
  readonly bodySealed: string | null;
  readonly attemptCount: number;
  readonly cycle: number;
  readonly cycleFailures: number;
  readonly lastStatusCode: number | null;
  readonly outboxVersion: number;
  readonly url: string;
  readonly urlSealed: string | null;
  readonly maxInFlight: number;
  readonly subscriptionStatus: string;
  readonly subscriptionDeleted: boolean;
  /** Keys that the subscription is told of; empty: all (rule `filters-narrow`). */
  readonly filter: readonly string[];
  /** Which filter of the subscription that is, where it was given since the delivery's own change; null: it was there then. */
  readonly laterFilter: number | null;
  /** Its citizen is deleted, and it does not tell of that. */
  readonly citizenDeleted: boolean;
  readonly authType: string;
  readonly authLocation: string | null;
  readonly authKey: string | null;
  readonly authSecretSealed: string | null;
  readonly headersSealed: string | null;
  readonly clientCertificateSealed: string | null;
  readonly signingSecretSealed: string | null;
  readonly previousSigningSecretSealed: string | null;
  /** Number of the citizen's latest change. */
  readonly citizenSequence: number;
  /** An earlier delivery of the same subscription and citizen is unfinished (rule `ordering`). */
  readonly blocked: boolean;
  /** The newest unfinished sequence of its ordering key, for noticing changes that arrive during the cycle. */
  readonly newestSequence: number;
  /** An e-mail whose time is over (rule `email-content-is-erased`). */
  readonly expired: boolean;
  /** The highest number that a request of its ordering key has carried; 0 before the first. */
  readonly sentSequence: number;
  /** The attempt of its ordering key that may be in flight, its own or another's (rule `one-in-flight`). */
  readonly inFlight: AttemptInFlight | null;
  /** `default`, `on`, `off`. */
  readonly halfOpenProbing: string;
  /** Its endpoint fails, and another delivery knocks (rule `half-open-probing`). */
  readonly heldBack: boolean;
  readonly now: Date;
}

/** Longest time from the first look at a delivery to its request; milliseconds. One that takes longer is not made. */
export const BEGIN_LIMIT_MS = 3_000;

/** Loads deliveries with one statement; one that was deleted is left out. */
export async function loadDeliveries(
  db: Database,
  deliveryIds: readonly string[],
): Promise<LoadedDelivery[]> {
  return runStatement<LoadedDelivery>(
    db,
    Prisma.sql`
    SELECT d."id", d."subscriptionId", d."applicationId", d."citizenId", d."changeId", c."kind" AS "changeKind",
           d."emailId", d."sequence", d."updateType", d."status", d."resent", d."bodySealed", d."attemptCount",
           d."cycle", d."cycleFailures", d."lastStatusCode", d."outboxVersion",
           s."url", s."urlSealed", s."maxInFlight", s."status" AS "subscriptionStatus", s."deletedAt" IS NOT NULL AS "subscriptionDeleted",
           s."filter", CASE WHEN d."createdAt" <= s."filterChangedAt" THEN s."filterVersion" END AS "laterFilter",
           z."deletedAt" IS NOT NULL AND c."kind" <> 'deletion' AS "citizenDeleted",
           s."authType", s."authLocation", s."authKey", s."authSecretSealed", s."headersSealed", s."clientCertificateSealed",
           s."signingSecretSealed",
           CASE WHEN s."previousSigningSecretUntil" > now() THEN s."previousSigningSecretSealed" END
             AS "previousSigningSecretSealed",
           z."lastSequence" AS "citizenSequence",
           ${IS_BLOCKED} AS "blocked", COALESCE(${NEWEST_SEQUENCE}, d."sequence") AS "newestSequence",
           COALESCE((SELECT e."expiresAt" <= now() FROM "Email" e WHERE e."id" = d."emailId"), false) AS "expired",
           COALESCE(k."sentSequence", 0) AS "sentSequence", ${IN_FLIGHT} AS "inFlight",
           s."halfOpenProbing", ${IS_HELD_BACK} AS "heldBack", clock_timestamp() AS "now"
    FROM unnest(${arrayOf(deliveryIds, 'uuid')}) AS given("id")
    JOIN "Delivery" d ON d."id" = given."id"
    JOIN "Subscription" s ON s."id" = d."subscriptionId"
    JOIN "Change" c ON c."id" = d."changeId"
    JOIN "Citizen" z ON z."id" = d."citizenId"
    LEFT JOIN "OrderingKey" k ON ${isKeyOf('k', 'd')}`,
  );
}
