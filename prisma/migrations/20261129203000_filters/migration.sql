-- Filters of subscriptions (rule `filters-narrow`): what one is told of, what it was told of under earlier filters, and when and how
-- often its filter has changed. None, as they have been until now: everything.
ALTER TABLE "Subscription" ADD COLUMN "filter" TEXT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "onceSent" TEXT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "filterVersion" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "filterChangedAt" TIMESTAMPTZ(3);
