-- What the health of a subscription is told by (rule `health-tells-the-truth`). No default is volatile: no table is rewritten.
ALTER TABLE "Delivery"
    -- It takes consent away itself; `priority` says so too of those that stand before such a one.
    ADD COLUMN "isWithdrawal" BOOLEAN NOT NULL DEFAULT false,
    -- When an attempt of it failed for the first time since it was queued, or was last sent again.
    ADD COLUMN "failingSince" TIMESTAMPTZ(3),
    -- Of a waiting one: nothing had been delivered to its endpoint since it began to fail.
    ADD COLUMN "awaitsRecovery" BOOLEAN NOT NULL DEFAULT false,
    -- The resync that it was queued by.
    ADD COLUMN "resyncId" UUID;

-- Of those that wait now, what can be told.
UPDATE "Delivery" SET "isWithdrawal" = true
WHERE "priority" = 1 AND "status" NOT IN ('delivered', 'cancelled', 'expired');
UPDATE "Delivery" d SET "failingSince" = (
    SELECT a."at" FROM "Attempt" a WHERE a."deliveryId" = d."id" AND a."outcome" = 'failed' ORDER BY a."attempt" LIMIT 1)
WHERE "attemptCount" > 0 AND "status" NOT IN ('delivered', 'cancelled', 'expired');

CREATE INDEX "Delivery_withdrawal_idx" ON "Delivery"("subscriptionId", "createdAt")
    WHERE "isWithdrawal" AND "status" NOT IN ('delivered', 'cancelled', 'expired');
CREATE INDEX "Delivery_failing_idx" ON "Delivery"("subscriptionId", "failingSince")
    WHERE "failingSince" IS NOT NULL AND "status" NOT IN ('delivered', 'cancelled', 'expired');
CREATE INDEX "Delivery_next_idx" ON "Delivery"("subscriptionId", "nextAttemptAt") WHERE "nextAttemptAt" IS NOT NULL;
-- In the order in which they are released.
CREATE INDEX "Delivery_recovery_idx" ON "Delivery"("subscriptionId", "priority", "createdAt", "id")
    WHERE "status" = 'waiting' AND "awaitsRecovery";
CREATE INDEX "Delivery_asleep_idx" ON "Delivery"("subscriptionId")
    WHERE "status" = 'waiting' AND NOT "awaitsRecovery";
CREATE INDEX "Delivery_resync_idx" ON "Delivery"("resyncId", "status") WHERE "resyncId" IS NOT NULL;

-- Since when it has been paused.
ALTER TABLE "Subscription" ADD COLUMN "pausedAt" TIMESTAMPTZ(3);
UPDATE "Subscription" SET "pausedAt" = "updatedAt" WHERE "status" = 'paused';

-- Deliveries that a resync has queued, and those of them that ended undelivered and are purged.
ALTER TABLE "Resync" ADD COLUMN "queued" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "purged" INTEGER NOT NULL DEFAULT 0;
