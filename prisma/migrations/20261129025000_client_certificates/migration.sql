-- The certificate that a subscription's requests show (mutual TLS), with its key, sealed; and its end, to be watched.
ALTER TABLE "Subscription" ADD COLUMN "clientCertificateSealed" TEXT, ADD COLUMN "clientCertificateUntil" TIMESTAMPTZ(3);
