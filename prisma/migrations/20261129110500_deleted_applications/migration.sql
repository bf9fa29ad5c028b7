-- An application that is deleted while much of its deleted citizens and subscriptions is yet to be purged: its row goes last.
ALTER TABLE "Application" ADD COLUMN "deletedAt" TIMESTAMPTZ(3);
CREATE INDEX "Application_deletedAt_idx" ON "Application" ("deletedAt") WHERE "deletedAt" IS NOT NULL;
