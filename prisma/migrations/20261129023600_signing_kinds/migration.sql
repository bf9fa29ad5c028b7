-- How the webhooks of a subscription are signed: `hmac` or `ed25519`. The key stands where the secret stood.
ALTER TABLE "Subscription" ADD COLUMN "signing" VARCHAR(10) NOT NULL DEFAULT 'hmac';
