-- Whoever comes from an identity provider is known by what the provider calls them, and has no password.
ALTER TABLE "Administrator" ADD COLUMN "issuer" TEXT, ADD COLUMN "subject" TEXT;
CREATE UNIQUE INDEX "Administrator_issuer_subject_key" ON "Administrator" ("issuer", "subject");
