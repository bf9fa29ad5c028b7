-- `obtainedAt` to the microsecond: what is beyond its millisecond.
ALTER TABLE "PermissionTransaction" ADD COLUMN "obtainedMicros" SMALLINT NOT NULL DEFAULT 0;

-- Transactions are ranked by the earlier of both times, so that none outranks what is recorded after it. The index takes the
-- place of the one on `obtainedAt`.
CREATE INDEX "PermissionTransaction_rank_idx" ON "PermissionTransaction"
    ("citizenId", "optionType", "optionId", (least("obtainedAt", "recordedAt")) DESC);
DROP INDEX "PermissionTransaction_citizenId_optionType_optionId_obtaine_idx";
