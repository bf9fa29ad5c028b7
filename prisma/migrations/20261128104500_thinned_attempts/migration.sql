-- When the attempts of a delivery that fails for days were last thinned; those of today's deliveries have yet to be.
ALTER TABLE "Delivery" ADD COLUMN "thinnedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT 'epoch';
ALTER TABLE "Delivery" ALTER COLUMN "thinnedAt" SET DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX "Delivery_thinned_idx" ON "Delivery"("thinnedAt")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired') AND "attemptCount" >= 80;
