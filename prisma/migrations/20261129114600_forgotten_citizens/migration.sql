-- When the final webhooks of a deleted citizen, still undelivered, lost what names the citizen (rule `citizen-deletion`).
ALTER TABLE "Citizen" ADD COLUMN "forgottenAt" TIMESTAMPTZ(3);
