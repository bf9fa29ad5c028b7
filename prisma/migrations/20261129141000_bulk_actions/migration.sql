-- One thing to do with all deliveries that filters mean, batch by batch (rule `bulk-actions`).
CREATE TABLE "BulkAction" (
    "id" UUID NOT NULL,
    "action" VARCHAR(10) NOT NULL,
    "filter" JSONB NOT NULL,
    "isLimited" BOOLEAN NOT NULL,
    "applicationIds" TEXT[],
    "status" VARCHAR(10) NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "cursorAt" TIMESTAMPTZ(3),
    "cursorId" UUID,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "BulkAction_pkey" PRIMARY KEY ("id")
);

-- The bulk action that a delivery was last retried or sent again by. No default: no table is rewritten.
ALTER TABLE "Delivery" ADD COLUMN "bulkActionId" UUID;
CREATE INDEX "Delivery_bulk_idx" ON "Delivery"("bulkActionId", "status") WHERE "bulkActionId" IS NOT NULL;
