-- Early recovery (rule `early-recovery`): whether the deliveries of a subscription that wait are released when its endpoint works
-- again, and the endpoints whose deliveries are being released.
ALTER TABLE "Subscription" ADD COLUMN "earlyRecovery" VARCHAR(10) NOT NULL DEFAULT 'default';

CREATE TABLE "EndpointRecovery" (
    "subscriptionId" UUID NOT NULL,
    "beganAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextBatch" INTEGER NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EndpointRecovery_pkey" PRIMARY KEY ("subscriptionId"),
    CONSTRAINT "EndpointRecovery_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
