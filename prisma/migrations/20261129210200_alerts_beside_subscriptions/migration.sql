-- Alerts of double opt-ins, bulk actions and API keys are of no subscription.
ALTER TABLE "Alert" ALTER COLUMN "subscriptionId" DROP NOT NULL;
ALTER TABLE "Alert" ALTER COLUMN "applicationId" DROP NOT NULL;
-- What is in trouble: a subscription, an application, a bulk action or an API key.
ALTER TABLE "Alert" ADD COLUMN "subject" VARCHAR(50);
UPDATE "Alert" SET "subject" = "subscriptionId"::text;
ALTER TABLE "Alert" ALTER COLUMN "subject" SET NOT NULL;
ALTER TABLE "Alert" ADD COLUMN "subjectName" TEXT;

DROP INDEX "Alert_open_key";
-- One trouble is one alert, however many processes look.
CREATE UNIQUE INDEX "Alert_open_key" ON "Alert"("kind", "subject") WHERE "closedAt" IS NULL;
CREATE INDEX "Alert_subject_kind_id_idx" ON "Alert"("subject", "kind", "id" DESC);

-- What makes no progress. Few double opt-ins and resyncs do.
CREATE INDEX "DoubleOptIn_stalled_application_idx" ON "DoubleOptIn"("applicationId", "stalledAt") WHERE "stalledAt" IS NOT NULL;
CREATE INDEX "Resync_stalled_subscription_idx" ON "Resync"("subscriptionId", "stalledAt") WHERE "stalledAt" IS NOT NULL;

-- Since when each batch has failed; null: the latest has not.
ALTER TABLE "BulkAction" ADD COLUMN "failingSince" TIMESTAMPTZ(3);
