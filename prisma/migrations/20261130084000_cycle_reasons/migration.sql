-- Why a delivery was told to go on before its time, until it does; and why a cycle began, with its first attempt.
ALTER TABLE "Delivery" ADD COLUMN "wokenBy" VARCHAR(12);
ALTER TABLE "Attempt" ADD COLUMN "cycleReason" VARCHAR(12);
