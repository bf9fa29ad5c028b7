-- Deliveries that make no progress (rule `progress-is-watched`): when the sweep last found one, and what Temporal said of its
-- workflow. No default: no table is rewritten.
ALTER TABLE "Delivery" ADD COLUMN "stalledAt" TIMESTAMPTZ(3), ADD COLUMN "stalledBy" VARCHAR(10);

-- The sweep finds them by indexes that hold few others. By when something of a delivery was due, and those paused.
CREATE INDEX "Delivery_due_idx" ON "Delivery"((coalesce("nextAttemptAt", "verifiedAt")))
    WHERE "status" IN ('pending', 'delivering', 'waiting') AND "outboxAction" IS NULL;
CREATE INDEX "Delivery_paused_idx" ON "Delivery"("subscriptionId", "verifiedAt")
    WHERE "status" = 'paused' AND "outboxAction" IS NULL;
CREATE INDEX "Delivery_stalled_idx" ON "Delivery"("stalledBy") WHERE "stalledAt" IS NOT NULL;

-- How many were told again to go on, by what they waited for.
CREATE TABLE "ProgressCount" (
    "kind" VARCHAR(10) NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "ProgressCount_pkey" PRIMARY KEY ("kind")
);
