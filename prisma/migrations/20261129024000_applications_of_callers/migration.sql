-- Which applications exist for a key or a person. Those that there are see all of them, as before.
ALTER TABLE "ApiKey"
  ADD COLUMN "isLimited" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "applicationIds" TEXT[];
ALTER TABLE "Administrator"
  ADD COLUMN "isLimited" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "applicationIds" TEXT[];
