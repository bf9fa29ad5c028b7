-- How far reconciliation has come, for all workers together.
CREATE TABLE "Reconciliation" (
    "kind" VARCHAR(10) NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "closedUntil" TIMESTAMPTZ(3) NOT NULL,
    "placeAt" TIMESTAMPTZ(3),
    "placeId" UUID,

    CONSTRAINT "Reconciliation_pkey" PRIMARY KEY ("kind")
);

INSERT INTO "Reconciliation" ("kind", "dueAt", "closedUntil") VALUES
    ('delivery', now(), now()), ('opt-in', now(), now()), ('resync', now(), now());

-- Those it goes through, in its order: unfinished ones of which Temporal has been told everything.
DROP INDEX "Delivery_unfinished_idx";
CREATE INDEX "Delivery_unfinished_idx" ON "Delivery"("verifiedAt", "id")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired') AND "outboxAction" IS NULL;
