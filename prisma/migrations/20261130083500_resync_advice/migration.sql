-- Since when a receiver may lack a state that only a resync sends; of what was skipped before this, the moment is not known.
ALTER TABLE "SkippedCount" ADD COLUMN "lacksAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now();
