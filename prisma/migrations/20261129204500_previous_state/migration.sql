-- Whether the receipts of a subscription say what was in effect before (rule `previous-on-request`).
ALTER TABLE "Subscription" ADD COLUMN "payloadPrevious" BOOLEAN NOT NULL DEFAULT false;
