-- Double opt-ins and resyncs that make no progress (rule `progress-is-watched`): when the workflow of one is to look at its row
-- next, when the sweep last found one that has not, and what Temporal said of it. No default is volatile: no table is rewritten.
ALTER TABLE "DoubleOptIn"
    ADD COLUMN "nextLookAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "stalledAt" TIMESTAMPTZ(3),
    ADD COLUMN "stalledBy" VARCHAR(10);
ALTER TABLE "Resync"
    ADD COLUMN "nextLookAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "stalledAt" TIMESTAMPTZ(3),
    ADD COLUMN "stalledBy" VARCHAR(10);

-- Those that wait now: one whose e-mail can't be made looks again within an hour.
UPDATE "DoubleOptIn"
SET "nextLookAt" = CASE WHEN "emailDueAt" IS NULL THEN LEAST("reminderAt", "expiresAt") ELSE now() + interval '1 hour' END
WHERE "status" = 'pending';

CREATE INDEX "DoubleOptIn_look_idx" ON "DoubleOptIn"("nextLookAt") WHERE "status" = 'pending' AND "outboxAction" IS NULL;
CREATE INDEX "DoubleOptIn_stalled_idx" ON "DoubleOptIn"("stalledBy") WHERE "stalledAt" IS NOT NULL;
