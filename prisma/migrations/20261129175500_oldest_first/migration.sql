-- Bulk signals take a subscription's unfinished deliveries by their age, from an index in that order, where they sorted all of them
-- for each batch. One under way begins again, which does no harm.
ALTER TABLE "BulkSignal" ADD COLUMN "cursorAt" TIMESTAMPTZ(3);
UPDATE "BulkSignal" SET "cursor" = NULL;

DROP INDEX "Delivery_waiting_idx";
CREATE INDEX "Delivery_waiting_idx" ON "Delivery"("subscriptionId", "createdAt", "id")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired');
