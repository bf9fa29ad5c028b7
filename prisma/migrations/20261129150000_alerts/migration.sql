-- What operators are told of (rule `alerts-open-once`).
CREATE TABLE "Alert" (
    "id" UUID NOT NULL,
    "kind" VARCHAR(30) NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "subscriptionId" UUID NOT NULL,
    -- When the trouble began.
    "since" TIMESTAMPTZ(3) NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- Null: the trouble lasts.
    "closedAt" TIMESTAMPTZ(3),
    -- Why it was closed.
    "resolution" VARCHAR(10),
    -- How often the trouble has returned soon after it was over.
    "reopened" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Alert_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Alert_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
-- One trouble is one alert, however many processes look.
CREATE UNIQUE INDEX "Alert_open_key" ON "Alert"("kind", "subscriptionId") WHERE "closedAt" IS NULL;
CREATE INDEX "Alert_applicationId_id_idx" ON "Alert"("applicationId", "id" DESC);
CREATE INDEX "Alert_subscriptionId_kind_id_idx" ON "Alert"("subscriptionId", "kind", "id" DESC);
CREATE INDEX "Alert_closed_idx" ON "Alert"("closedAt") WHERE "closedAt" IS NOT NULL;

-- What makes no progress, of a subscription. Few deliveries do.
CREATE INDEX "Delivery_stalled_subscription_idx" ON "Delivery"("subscriptionId", "stalledAt") WHERE "stalledAt" IS NOT NULL;
