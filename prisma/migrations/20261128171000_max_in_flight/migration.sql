-- Requests that a worker may have in flight to a subscription. Constant default: no table is rewritten.
ALTER TABLE "Subscription" ADD COLUMN "maxInFlight" SMALLINT NOT NULL DEFAULT 100;
