-- What operators are told of alerts by webhook or e-mail (rule `alerts-are-told-together`): one message of a channel at a time, with its
-- outbox entry.
CREATE TABLE "AlertMessage" (
    "id" UUID NOT NULL,
    "channel" VARCHAR(10) NOT NULL,
    "status" VARCHAR(10) NOT NULL DEFAULT 'pending',
    "content" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lastError" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "outboxAction" VARCHAR(30),
    "outboxDueAt" TIMESTAMPTZ(3),
    "outboxVersion" INTEGER NOT NULL DEFAULT 0,
    "verifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextLookAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stalledAt" TIMESTAMPTZ(3),
    "stalledBy" VARCHAR(10),

    CONSTRAINT "AlertMessage_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "AlertMessage_pending_key" ON "AlertMessage"("channel") WHERE "status" = 'pending';
CREATE INDEX "AlertMessage_channel_createdAt_idx" ON "AlertMessage"("channel", "createdAt" DESC);
CREATE INDEX "AlertMessage_outbox_idx" ON "AlertMessage"("outboxDueAt") WHERE "outboxAction" IS NOT NULL;

-- What a channel was told of an alert last.
CREATE TABLE "AlertTold" (
    "alertId" UUID NOT NULL,
    "channel" VARCHAR(10) NOT NULL,
    "asOpen" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlertTold_pkey" PRIMARY KEY ("alertId", "channel"),
    CONSTRAINT "AlertTold_alertId_fkey" FOREIGN KEY ("alertId") REFERENCES "Alert"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "AlertTold_open_idx" ON "AlertTold"("channel") WHERE "asOpen";

INSERT INTO "Reconciliation" ("kind", "dueAt", "closedUntil") VALUES ('message', now(), now());
