-- Half-open probing (rule `half-open-probing`): whether one delivery at a time knocks for all while an endpoint fails, and the
-- endpoints where one does.
ALTER TABLE "Subscription" ADD COLUMN "halfOpenProbing" VARCHAR(10) NOT NULL DEFAULT 'default';

CREATE TABLE "EndpointProbe" (
    "subscriptionId" UUID NOT NULL,
    "nextKnockAt" TIMESTAMPTZ(3) NOT NULL,
    -- Who may knock, and the attempts that it had made before.
    "deliveryId" UUID,
    "attemptCount" INTEGER,

    CONSTRAINT "EndpointProbe_pkey" PRIMARY KEY ("subscriptionId"),
    CONSTRAINT "EndpointProbe_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
