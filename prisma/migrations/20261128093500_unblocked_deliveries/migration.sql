-- When the predecessor of a blocked delivery was finished: those that have yet to notice are found by an index that holds
-- no others, however many are blocked.
ALTER TABLE "Delivery" ADD COLUMN "unblockedAt" TIMESTAMPTZ(3);
UPDATE "Delivery" d SET "unblockedAt" = now()
WHERE d."status" = 'blocked' AND NOT EXISTS (
    SELECT 1 FROM "Delivery" p
    WHERE p."subscriptionId" = d."subscriptionId" AND p."citizenId" = d."citizenId"
      AND (p."sequence", p."id") < (d."sequence", d."id")
      AND p."status" NOT IN ('delivered', 'cancelled', 'expired'));
CREATE INDEX "Delivery_unblocked_idx" ON "Delivery"("unblockedAt")
    WHERE "status" = 'blocked' AND "outboxAction" IS NULL AND "unblockedAt" IS NOT NULL;

-- What is left of deleted citizens and subscriptions, until no delivery speaks of them.
CREATE INDEX "Citizen_deleted_idx" ON "Citizen"("deletedAt") WHERE "deletedAt" IS NOT NULL;
