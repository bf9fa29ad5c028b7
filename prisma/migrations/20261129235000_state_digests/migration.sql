-- The digest of the state that was delivered last (rule `digest-of-what-was-delivered`), and resyncs of what differs from it.
ALTER TABLE "OrderingKey" ADD COLUMN "deliveredSequence" INTEGER,
    ADD COLUMN "stateDigest" VARCHAR(64);

ALTER TABLE "Resync" ADD COLUMN "onlyDifferent" BOOLEAN NOT NULL DEFAULT false;
