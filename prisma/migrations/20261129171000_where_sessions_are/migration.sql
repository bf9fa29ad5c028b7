-- People see where they are logged in, and end it there. Of sessions that began before, nothing is known of the place.
ALTER TABLE "Session"
    ADD COLUMN "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    -- The latest request, give or take five minutes.
    ADD COLUMN "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- Where the log-in came from, and by which browser.
    ADD COLUMN "address" VARCHAR(45),
    ADD COLUMN "userAgent" VARCHAR(300);

UPDATE "Session" SET "lastSeenAt" = "createdAt";

CREATE UNIQUE INDEX "Session_id_key" ON "Session"("id");
