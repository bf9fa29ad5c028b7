-- The whole URL of a subscription where it has secrets, and the headers of answers, sealed (rule `url-secrets-are-sealed`). Workers seal
-- what is stored in the clear: they have the key.
ALTER TABLE "Subscription" ADD COLUMN "urlSealed" TEXT;
ALTER TABLE "Attempt" ADD COLUMN "responseHeadersSealed" TEXT;

-- What is left to be sealed; empty once that is done.
CREATE INDEX "Attempt_unsealed_idx" ON "Attempt"("id") WHERE "responseHeaders" IS NOT NULL;
