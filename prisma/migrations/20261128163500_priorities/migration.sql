-- How urgent a delivery is (rule `withdrawals-first`). Constant default: no table is rewritten.
ALTER TABLE "Delivery" ADD COLUMN "priority" SMALLINT NOT NULL DEFAULT 2;

-- Entries are claimed by priority, and within one from each subscription in turn, its longest due first. The index holds what
-- is in the outbox only, so it is built at once.
CREATE INDEX "Delivery_queue_idx" ON "Delivery"("priority", "subscriptionId", "outboxDueAt", "id") WHERE "outboxAction" IS NOT NULL;
DROP INDEX "Delivery_outbox_idx";
