-- The keys that something may be sealed with, each with a value that it has sealed: who can't open it does not start.
CREATE TABLE "SealingKey" (
    "id" VARCHAR(8) NOT NULL,
    "canarySealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SealingKey_pkey" PRIMARY KEY ("id")
);
