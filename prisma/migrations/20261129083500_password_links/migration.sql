-- Who is invited sets their own password, by a link that is good for once.
ALTER TABLE "Administrator" ALTER COLUMN "passwordHash" DROP NOT NULL;

CREATE TABLE "PasswordLink" (
  "administratorId" UUID NOT NULL,
  "hash" TEXT NOT NULL,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "PasswordLink_pkey" PRIMARY KEY ("administratorId"),
  CONSTRAINT "PasswordLink_administratorId_fkey" FOREIGN KEY ("administratorId")
    REFERENCES "Administrator" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "PasswordLink_hash_key" ON "PasswordLink" ("hash");
