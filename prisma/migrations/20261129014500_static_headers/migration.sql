-- Headers of a subscription's own, sealed: a list of names and values.
ALTER TABLE "Subscription" ADD COLUMN "headersSealed" TEXT;
