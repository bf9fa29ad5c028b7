-- What Temporal has yet to be told stands in the same columns for all three kinds of workflow, and an entry names the very
-- signal to send. Columns and tables are renamed in place; rows that owed something go on owing it.

-- Deliveries
ALTER TABLE "Delivery" RENAME COLUMN "owed" TO "outboxAction";
ALTER TABLE "Delivery" RENAME COLUMN "owedAt" TO "outboxDueAt";
ALTER TABLE "Delivery" RENAME COLUMN "owedToken" TO "outboxVersion";
ALTER TABLE "Delivery" ALTER COLUMN "outboxAction" TYPE VARCHAR(30);
ALTER INDEX "Delivery_line_idx" RENAME TO "Delivery_ordering_idx";
UPDATE "Delivery" SET "outboxAction" = CASE "status"
    WHEN 'paused' THEN 'subscriptionChanged'
    WHEN 'blocked' THEN 'predecessorFinished'
    ELSE 'retryNow' END
WHERE "outboxAction" = 'wake';

-- Double opt-ins
ALTER TABLE "DoubleOptIn" RENAME COLUMN "owedAt" TO "outboxDueAt";
ALTER TABLE "DoubleOptIn" RENAME COLUMN "owedToken" TO "outboxVersion";
ALTER TABLE "DoubleOptIn" ADD COLUMN "outboxAction" VARCHAR(30);
ALTER INDEX "DoubleOptIn_owedAt_idx" RENAME TO "DoubleOptIn_outboxDueAt_idx";
UPDATE "DoubleOptIn" SET "outboxAction" = 'optInChanged' WHERE "outboxDueAt" IS NOT NULL;

-- Resyncs: a running one was looked at again and again by its due time; reconciliation does that now.
ALTER TABLE "Resync" RENAME COLUMN "owed" TO "outboxAction";
ALTER TABLE "Resync" RENAME COLUMN "owedAt" TO "outboxDueAt";
ALTER TABLE "Resync" ALTER COLUMN "outboxAction" TYPE VARCHAR(30);
ALTER TABLE "Resync" ADD COLUMN "outboxVersion" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Resync" ADD COLUMN "verifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER INDEX "Resync_owedAt_idx" RENAME TO "Resync_outboxDueAt_idx";
UPDATE "Resync" SET "outboxDueAt" = NULL WHERE "outboxAction" IS NULL;
CREATE INDEX "Resync_unfinished_idx" ON "Resync"("verifiedAt") WHERE "status" = 'running';

-- Bulk signals
ALTER TABLE "WakeUp" RENAME TO "BulkSignal";
ALTER TABLE "BulkSignal" RENAME CONSTRAINT "WakeUp_pkey" TO "BulkSignal_pkey";
ALTER TABLE "BulkSignal" RENAME CONSTRAINT "WakeUp_subscriptionId_fkey" TO "BulkSignal_subscriptionId_fkey";
ALTER TABLE "BulkSignal" DROP COLUMN "dueAt"; -- never read; its index goes with it
ALTER TABLE "BulkSignal" ALTER COLUMN "action" TYPE VARCHAR(30);
UPDATE "BulkSignal" SET "action" = 'subscriptionChanged' WHERE "action" = 'wake';
CREATE INDEX "BulkSignal_createdAt_idx" ON "BulkSignal"("createdAt");
CREATE INDEX "BulkSignal_subscriptionId_idx" ON "BulkSignal"("subscriptionId");
