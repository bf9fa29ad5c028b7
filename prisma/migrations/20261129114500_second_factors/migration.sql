-- Codes that change with the time, besides the password.
ALTER TABLE "Administrator"
  ADD COLUMN "totpSecretSealed" TEXT,
  ADD COLUMN "secondFactorSince" TIMESTAMPTZ(3),
  ADD COLUMN "totpLastStep" INTEGER,
  ADD COLUMN "recoveryCodeHashes" TEXT[] DEFAULT ARRAY[]::TEXT[];
