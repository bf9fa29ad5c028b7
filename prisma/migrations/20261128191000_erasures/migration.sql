-- What is yet to be erased of deleted citizens, batch by batch.
CREATE TABLE "Erasure" (
    "citizenId" UUID NOT NULL,
    "changeId" UUID NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cancelsFrom" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cursorAt" TIMESTAMPTZ(3),
    "cursorId" UUID,

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("citizenId"),
    CONSTRAINT "Erasure_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Erasure_dueAt_idx" ON "Erasure"("dueAt");
