-- AlterTable
ALTER TABLE "DoubleOptIn" DROP COLUMN "locale",
DROP COLUMN "owed",
DROP COLUMN "remindedAt",
ADD COLUMN     "emailDueAt" TIMESTAMPTZ(3),
ADD COLUMN     "owedToken" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "renewals" INTEGER NOT NULL DEFAULT 0,
ALTER COLUMN "status" SET DATA TYPE VARCHAR(10),
ALTER COLUMN "verifiedAt" SET NOT NULL,
ALTER COLUMN "verifiedAt" SET DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "DoubleOptInItem" ADD COLUMN     "decidedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Email" DROP COLUMN "contentSealed";

-- CreateTable
CREATE TABLE "DoubleOptInDecision" (
    "id" UUID NOT NULL,
    "optInId" UUID NOT NULL,
    "emailId" UUID NOT NULL,
    "decision" VARCHAR(10) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,
    "changeId" UUID NOT NULL,
    "network" TEXT,
    "language" VARCHAR(35) NOT NULL,
    "shown" JSONB NOT NULL,

    CONSTRAINT "DoubleOptInDecision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "DoubleOptInDecision_optInId_idx" ON "DoubleOptInDecision"("optInId");

-- AddForeignKey
ALTER TABLE "DoubleOptInDecision" ADD CONSTRAINT "DoubleOptInDecision_optInId_fkey" FOREIGN KEY ("optInId") REFERENCES "DoubleOptIn"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Partial indexes, which the schema language cannot say.

-- At most one of a citizen is pending.
CREATE UNIQUE INDEX "DoubleOptIn_pending_key" ON "DoubleOptIn"("citizenId") WHERE "status" = 'pending';

-- Reconciliation: pending ones, longest unseen first.
CREATE INDEX "DoubleOptIn_unfinished_idx" ON "DoubleOptIn"("verifiedAt") WHERE "status" = 'pending';
