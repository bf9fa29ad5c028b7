-- The journal (rule `journal-leaves-nothing-out`): the changes of an application in an order that a reader can go on from.
CREATE TABLE "JournalEntry" (
    "applicationId" VARCHAR(50) NOT NULL,
    "position" BIGINT NOT NULL,
    "changeId" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "JournalEntry_pkey" PRIMARY KEY ("applicationId", "position")
);

-- Up to which position entries of an application have been purged.
CREATE TABLE "JournalPurge" (
    "applicationId" VARCHAR(50) NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "JournalPurge_pkey" PRIMARY KEY ("applicationId")
);

CREATE SEQUENCE "JournalEntry_position_seq" OWNED BY "JournalEntry"."position";
SELECT setval('"JournalEntry_position_seq"', 1);

-- The position that was taken last.
CREATE FUNCTION journal_latest() RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT last_value FROM "JournalEntry_position_seq");
END $$;

-- Where the journal of a subscription begins.
ALTER TABLE "Subscription" ADD COLUMN "journalFrom" BIGINT NOT NULL DEFAULT journal_latest();

-- A position for an entry that is being written. Before it is taken, its transaction holds a lock that says it will be beyond the latest
-- one: two transactions may commit in another order than they took theirs.
CREATE FUNCTION journal_position() RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1246712146, (journal_latest() % 2147483648)::INT);
    RETURN nextval('"JournalEntry_position_seq"');
END $$;

-- Up to which position all that will ever be there can be read by a statement that begins later. The latest position is read before the
-- locks: whoever has taken one up to that still holds its lock, or has ended.
CREATE FUNCTION journal_horizon() RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    latest BIGINT := journal_latest();
    behind BIGINT;
BEGIN
    -- Locks tell positions by their last 31 bits. One that was taken since seems far behind, and is none of those.
    SELECT max(held."behind") INTO behind FROM (
        SELECT ((latest - "objid"::BIGINT) % 2147483648 + 2147483648) % 2147483648 AS "behind" FROM pg_locks
        WHERE "locktype" = 'advisory' AND "classid" = 1246712146 AND "objsubid" = 2
            AND "database" = (SELECT "oid" FROM pg_database WHERE "datname" = current_database())) held
    WHERE held."behind" < 1073741824;
    RETURN latest - coalesce(behind, 0);
END $$;
