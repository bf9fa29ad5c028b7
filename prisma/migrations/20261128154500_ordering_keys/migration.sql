-- What is known of an ordering key: the attempt in flight, and the highest number that a request of it has carried.
CREATE TABLE "OrderingKey" (
    "subscriptionId" UUID NOT NULL,
    "citizenId" UUID NOT NULL,
    "sentSequence" INTEGER NOT NULL,
    "attemptId" UUID,
    "deliveryId" UUID,
    "attemptUntil" TIMESTAMPTZ(3),
    "awaited" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "OrderingKey_pkey" PRIMARY KEY ("subscriptionId", "citizenId")
);

INSERT INTO "OrderingKey" ("subscriptionId", "citizenId", "sentSequence")
SELECT d."subscriptionId", d."citizenId", max(coalesce((a."requestHeaders" ->> 'x-cpm-sequence')::int, d."sequence"))
FROM "Attempt" a JOIN "Delivery" d ON d."id" = a."deliveryId" GROUP BY 1, 2;

-- Requests that the version before may have left in flight.
UPDATE "OrderingKey" k
SET "attemptId" = open."id", "deliveryId" = open."deliveryId", "attemptUntil" = open."at" + interval '20 seconds'
FROM (
    SELECT DISTINCT ON (d."subscriptionId", d."citizenId") d."subscriptionId", d."citizenId", a."id", a."deliveryId", a."at"
    FROM "Attempt" a JOIN "Delivery" d ON d."id" = a."deliveryId"
    WHERE a."outcome" IS NULL AND a."at" > now() - interval '20 seconds'
    ORDER BY d."subscriptionId", d."citizenId", a."at" DESC
) open
WHERE k."subscriptionId" = open."subscriptionId" AND k."citizenId" = open."citizenId";

-- A citizen created anew under a deleted one's `externalRef` is ordered behind it. Without a default: no table is rewritten.
ALTER TABLE "Citizen" ADD COLUMN "orderedAs" UUID;
ALTER TABLE "Delivery" ADD COLUMN "orderedAs" UUID;
CREATE INDEX "Citizen_orderedAs_idx" ON "Citizen"("orderedAs") WHERE "orderedAs" IS NOT NULL;
DROP INDEX "Delivery_ordering_idx";
CREATE INDEX "Delivery_ordering_idx" ON "Delivery"("subscriptionId", (coalesce("orderedAs", "citizenId")), "sequence", "id")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired');

-- Only unfinished deliveries are looked up by their place, and those by the index above.
DROP INDEX "Delivery_subscriptionId_citizenId_sequence_id_idx";
