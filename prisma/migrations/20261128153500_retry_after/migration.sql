-- The wait that an endpoint asked for by `Retry-After`, with the attempt that it answered.
ALTER TABLE "Attempt" ADD COLUMN "retryAfterMs" INTEGER;
