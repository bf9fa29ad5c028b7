/** Everything one attempt has to know, read afresh each time: nothing is remembered between attempts. */
import { Prisma, type Tx } from '../../platform/database';

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
  readonly owed: string | null;
  readonly owedToken: number;
  readonly url: string;
  readonly subscriptionStatus: string;
  readonly subscriptionDeleted: boolean;
  readonly authType: string;
  readonly authLocation: string | null;
  readonly authKey: string | null;
  readonly authSecretSealed: string | null;
  readonly signingSecretSealed: string | null;
  readonly previousSigningSecretSealed: string | null;
  /** Number of the citizen's latest change. */
  readonly citizenSequence: number;
  /** An earlier delivery of the same subscription and citizen is unfinished (rule `ordering`). */
  readonly blocked: boolean;
  /** The newest sequence of its line, for noticing changes that arrive during the cycle. */
  readonly newestSequence: number;
  /** An e-mail whose time is over (rule `email-content-is-erased`). */
  readonly expired: boolean;
  /**
   * Milliseconds until a request that may still be in flight elsewhere is surely over; 0 where there is none. Its own, or
   * that of an earlier one in its line that was cancelled meanwhile: that one must not arrive after this.
   */
  readonly inFlightMs: number;
  readonly now: Date;
}

/** Longest time from the first look at a delivery to its request; milliseconds. One that takes longer is not made. */
export const BEGIN_LIMIT_MS = 3_000;

/** Loads a delivery; undefined when it was deleted. */
export async function loadDelivery(
  tx: Tx,
  deliveryId: string,
  requestTimeoutMs: number,
): Promise<LoadedDelivery | undefined> {
  const inFlight = Prisma.sql`${requestTimeoutMs + BEGIN_LIMIT_MS} * interval '1 millisecond'`;
  const [row] = await tx.$queryRaw<LoadedDelivery[]>(Prisma.sql`
    SELECT d."id", d."subscriptionId", d."applicationId", d."citizenId", d."changeId", c."kind" AS "changeKind",
           d."emailId", d."sequence", d."updateType", d."status", d."resent", d."bodySealed", d."attemptCount",
           d."cycle", d."cycleFailures", d."lastStatusCode", d."owed", d."owedToken",
           s."url", s."status" AS "subscriptionStatus", s."deletedAt" IS NOT NULL AS "subscriptionDeleted",
           s."authType", s."authLocation", s."authKey", s."authSecretSealed", s."signingSecretSealed",
           CASE WHEN s."previousSigningSecretUntil" > now() THEN s."previousSigningSecretSealed" END
             AS "previousSigningSecretSealed",
           z."lastSequence" AS "citizenSequence",
           EXISTS (
             SELECT 1 FROM "Delivery" p
             WHERE p."subscriptionId" = d."subscriptionId" AND p."citizenId" = d."citizenId"
               AND (p."sequence", p."id") < (d."sequence", d."id")
               AND p."status" NOT IN ('delivered', 'cancelled', 'expired')
           ) AS "blocked",
           (SELECT max(n."sequence") FROM "Delivery" n
             WHERE n."subscriptionId" = d."subscriptionId" AND n."citizenId" = d."citizenId") AS "newestSequence",
           COALESCE((SELECT e."expiresAt" <= now() FROM "Email" e WHERE e."id" = d."emailId"), false) AS "expired",
           GREATEST(0, COALESCE((
             SELECT max(CEIL(EXTRACT(EPOCH FROM a."at" + ${inFlight} - clock_timestamp()) * 1000))
             FROM "Attempt" a JOIN "Delivery" p ON p."id" = a."deliveryId" AND p."attemptCount" = a."attempt"
             WHERE a."subscriptionId" = d."subscriptionId" AND a."outcome" IS NULL AND a."at" > now() - ${inFlight}
               AND p."citizenId" = d."citizenId"
               AND (p."id" = d."id" OR (p."status" IN ('cancelled', 'expired')
                                        AND (p."sequence", p."id") < (d."sequence", d."id")))
           ), 0))::int AS "inFlightMs",
           clock_timestamp() AS "now"
    FROM "Delivery" d
    JOIN "Subscription" s ON s."id" = d."subscriptionId"
    JOIN "Change" c ON c."id" = d."changeId"
    JOIN "Citizen" z ON z."id" = d."citizenId"
    WHERE d."id" = ${deliveryId}::uuid`);
  return row;
}
