-- The access token of each subscription that authenticates by OAuth 2.0, shared by all workers and kept across restarts.
CREATE TABLE "AccessToken" (
    "subscriptionId" UUID NOT NULL,
    "grantId" UUID NOT NULL,
    "tokenSealed" TEXT,
    "refreshAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "clientAuth" VARCHAR(10) NOT NULL DEFAULT 'basic',
    "leaseBy" UUID,
    "leaseUntil" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failingSince" TIMESTAMPTZ(3),
    "nextTryAt" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "AccessToken_pkey" PRIMARY KEY ("subscriptionId"),
    CONSTRAINT "AccessToken_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);
