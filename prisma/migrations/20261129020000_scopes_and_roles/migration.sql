-- What a key may do. The keys that exist keep all they could do: every scope, in every application.
ALTER TABLE "ApiKey"
  ADD COLUMN "scopes" TEXT[],
  ADD COLUMN "expiresAt" TIMESTAMPTZ(3),
  ADD COLUMN "isConfigured" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "replacedAt" TIMESTAMPTZ(3);

UPDATE "ApiKey" SET
  "scopes" = '{consent:read,consent:write,citizens:read,citizens:write,catalogue:read,catalogue:write,subscriptions:read,subscriptions:write,deliveries:read,deliveries:write,audit:read}',
  -- Under this name alone a key of the configuration was stored.
  "isConfigured" = "name" = 'configured';

-- The administrators that exist keep all they could do.
ALTER TABLE "Administrator" ADD COLUMN "role" VARCHAR(10) NOT NULL DEFAULT 'owner';
ALTER TABLE "Administrator" ALTER COLUMN "role" DROP DEFAULT;
