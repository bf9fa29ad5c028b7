-- Of a session: it began with a password that is guessed first.
ALTER TABLE "Session" ADD COLUMN "passwordIsGuessable" BOOLEAN NOT NULL DEFAULT false;
