-- Whether a later delivery of the ordering key has found itself blocked by this one. Constant default: no table is rewritten.
ALTER TABLE "Delivery" ADD COLUMN "awaited" BOOLEAN NOT NULL DEFAULT false;
