-- By what a citizen created anew finds the deleted one who had the same `externalRef`: a keyed fingerprint, and not the reference.
ALTER TABLE "Citizen" ADD COLUMN "formerRef" TEXT;
CREATE INDEX "Citizen_formerRef_idx" ON "Citizen"("applicationId", "formerRef") WHERE "formerRef" IS NOT NULL;
