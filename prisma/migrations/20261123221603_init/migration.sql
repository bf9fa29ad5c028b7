-- CreateTable
CREATE TABLE "Application" (
    "id" VARCHAR(50) NOT NULL,
    "name" TEXT NOT NULL,
    "objections" TEXT NOT NULL DEFAULT 'auto',
    "senderEmail" TEXT,
    "senderName" TEXT,
    "replyToEmail" TEXT,
    "replyToName" TEXT,
    "locales" TEXT[] DEFAULT ARRAY['en']::TEXT[],
    "confirmExpiryMs" BIGINT NOT NULL DEFAULT 604800000,
    "confirmReminderMs" BIGINT,
    "confirmReturnUrl" TEXT,
    "confirmAccent" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Option" (
    "applicationId" VARCHAR(50) NOT NULL,
    "id" VARCHAR(100) NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Option_pkey" PRIMARY KEY ("applicationId","id")
);

-- CreateTable
CREATE TABLE "OptionGroup" (
    "applicationId" VARCHAR(50) NOT NULL,
    "id" VARCHAR(100) NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "OptionGroup_pkey" PRIMARY KEY ("applicationId","id")
);

-- CreateTable
CREATE TABLE "OptionGroupMember" (
    "applicationId" VARCHAR(50) NOT NULL,
    "groupId" VARCHAR(100) NOT NULL,
    "optionId" VARCHAR(100) NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "OptionGroupMember_pkey" PRIMARY KEY ("applicationId","groupId","optionId")
);

-- CreateTable
CREATE TABLE "PrivacyPolicy" (
    "applicationId" VARCHAR(50) NOT NULL,
    "id" VARCHAR(100) NOT NULL,
    "reference" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT,

    CONSTRAINT "PrivacyPolicy_pkey" PRIMARY KEY ("applicationId","id")
);

-- CreateTable
CREATE TABLE "PermissionStatement" (
    "applicationId" VARCHAR(50) NOT NULL,
    "id" VARCHAR(100) NOT NULL,
    "reference" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "PermissionStatement_pkey" PRIMARY KEY ("applicationId","id")
);

-- CreateTable
CREATE TABLE "Preference" (
    "applicationId" VARCHAR(50) NOT NULL,
    "reference" VARCHAR(100) NOT NULL,
    "label" TEXT NOT NULL,
    "type" TEXT NOT NULL,

    CONSTRAINT "Preference_pkey" PRIMARY KEY ("applicationId","reference")
);

-- CreateTable
CREATE TABLE "PreferenceChoice" (
    "applicationId" VARCHAR(50) NOT NULL,
    "preferenceRef" VARCHAR(100) NOT NULL,
    "reference" VARCHAR(100) NOT NULL,
    "label" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "PreferenceChoice_pkey" PRIMARY KEY ("applicationId","preferenceRef","reference")
);

-- CreateTable
CREATE TABLE "EmailTemplate" (
    "applicationId" VARCHAR(50) NOT NULL,
    "type" VARCHAR(50) NOT NULL,
    "locale" VARCHAR(35) NOT NULL,
    "subject" TEXT NOT NULL,
    "mjml" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "EmailTemplate_pkey" PRIMARY KEY ("applicationId","type","locale")
);

-- CreateTable
CREATE TABLE "Citizen" (
    "id" UUID NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "externalRef" VARCHAR(100),
    "lastSequence" INTEGER NOT NULL DEFAULT 0,
    "evaluatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextTransitionAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Citizen_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CitizenAddress" (
    "citizenId" UUID NOT NULL,
    "emailSealed" TEXT,
    "localeSealed" TEXT,

    CONSTRAINT "CitizenAddress_pkey" PRIMARY KEY ("citizenId")
);

-- CreateTable
CREATE TABLE "Change" (
    "id" UUID NOT NULL,
    "citizenId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "altered" TEXT[],
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PermissionTransaction" (
    "id" UUID NOT NULL,
    "citizenId" UUID NOT NULL,
    "changeId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "optionType" VARCHAR(10) NOT NULL,
    "optionId" VARCHAR(100) NOT NULL,
    "justification" VARCHAR(30) NOT NULL,
    "state" VARCHAR(20) NOT NULL,
    "channel" TEXT,
    "campaign" TEXT,
    "privacyPolicyId" TEXT,
    "permissionStatementId" TEXT,
    "recordedById" TEXT,
    "recordedByName" TEXT,
    "recordedClientId" TEXT,
    "recordedClientName" TEXT,
    "delegatedAuthorityId" TEXT,
    "delegatedAuthorityName" TEXT,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,
    "obtainedAt" TIMESTAMPTZ(3) NOT NULL,
    "validFrom" TIMESTAMPTZ(3),
    "validUntil" TIMESTAMPTZ(3),

    CONSTRAINT "PermissionTransaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PreferenceAnswer" (
    "id" UUID NOT NULL,
    "submissionId" UUID NOT NULL,
    "citizenId" UUID NOT NULL,
    "changeId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "preferenceRef" VARCHAR(100) NOT NULL,
    "choices" TEXT[],
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PreferenceAnswer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DoubleOptIn" (
    "id" UUID NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "citizenId" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "locale" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "reminderAt" TIMESTAMPTZ(3),
    "remindedAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "emailsMade" INTEGER NOT NULL DEFAULT 0,
    "owed" TEXT,
    "owedAt" TIMESTAMPTZ(3),
    "verifiedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DoubleOptIn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DoubleOptInItem" (
    "optInId" UUID NOT NULL,
    "transactionId" UUID NOT NULL,
    "validFrom" TIMESTAMPTZ(3),
    "validUntil" TIMESTAMPTZ(3),

    CONSTRAINT "DoubleOptInItem_pkey" PRIMARY KEY ("optInId","transactionId")
);

-- CreateTable
CREATE TABLE "Email" (
    "id" UUID NOT NULL,
    "optInId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "contentSealed" TEXT,
    "tokenHash" TEXT NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Email_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Subscription" (
    "id" UUID NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "updateType" VARCHAR(30) NOT NULL,
    "status" VARCHAR(10) NOT NULL,
    "authType" VARCHAR(20) NOT NULL,
    "authLocation" TEXT,
    "authKey" TEXT,
    "authExpiresAt" TIMESTAMPTZ(3),
    "authSecretSealed" TEXT,
    "signingSecretSealed" TEXT,
    "previousSigningSecretSealed" TEXT,
    "previousSigningSecretUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SkippedCount" (
    "subscriptionId" UUID NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "SkippedCount_pkey" PRIMARY KEY ("subscriptionId")
);

-- CreateTable
CREATE TABLE "WakeUp" (
    "id" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "reason" TEXT,
    "cursor" UUID,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WakeUp_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Resync" (
    "id" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'running',
    "since" TIMESTAMPTZ(3),
    "total" INTEGER NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "cursor" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "owed" TEXT,
    "owedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Resync_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "applicationId" VARCHAR(50) NOT NULL,
    "citizenId" UUID NOT NULL,
    "changeId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "updateType" VARCHAR(30) NOT NULL,
    "emailId" UUID,
    "status" VARCHAR(12) NOT NULL DEFAULT 'pending',
    "reason" TEXT,
    "resent" BOOLEAN NOT NULL DEFAULT false,
    "bodySealed" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "attemptCount" INTEGER NOT NULL DEFAULT 0,
    "cycle" INTEGER NOT NULL DEFAULT 0,
    "cycleFailures" INTEGER NOT NULL DEFAULT 0,
    "seenSequence" INTEGER NOT NULL DEFAULT 0,
    "lastStatusCode" INTEGER,
    "lastError" TEXT,
    "owed" VARCHAR(10),
    "owedAt" TIMESTAMPTZ(3),
    "owedToken" INTEGER NOT NULL DEFAULT 0,
    "verifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attempt" (
    "id" UUID NOT NULL,
    "deliveryId" UUID NOT NULL,
    "subscriptionId" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "cycle" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "outcome" VARCHAR(10),
    "durationMs" INTEGER,
    "statusCode" INTEGER,
    "error" TEXT,
    "requestHeaders" JSONB NOT NULL,
    "responseHeaders" JSONB,
    "responseBodySealed" TEXT,

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Administrator" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Administrator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "hash" TEXT NOT NULL,
    "administratorId" UUID NOT NULL,
    "csrfToken" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "callerId" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "requestHash" TEXT NOT NULL,
    "statusCode" INTEGER NOT NULL,
    "answerSealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("callerId","route","key")
);

-- CreateIndex
CREATE INDEX "OptionGroupMember_applicationId_optionId_idx" ON "OptionGroupMember"("applicationId", "optionId");

-- CreateIndex
CREATE INDEX "Citizen_nextTransitionAt_idx" ON "Citizen"("nextTransitionAt");

-- CreateIndex
CREATE INDEX "Citizen_applicationId_id_idx" ON "Citizen"("applicationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Citizen_applicationId_externalRef_key" ON "Citizen"("applicationId", "externalRef");

-- CreateIndex
CREATE UNIQUE INDEX "Change_citizenId_sequence_key" ON "Change"("citizenId", "sequence");

-- CreateIndex
CREATE INDEX "PermissionTransaction_citizenId_optionType_optionId_obtaine_idx" ON "PermissionTransaction"("citizenId", "optionType", "optionId", "obtainedAt" DESC);

-- CreateIndex
CREATE INDEX "PermissionTransaction_changeId_idx" ON "PermissionTransaction"("changeId");

-- CreateIndex
CREATE INDEX "PermissionTransaction_applicationId_optionType_optionId_idx" ON "PermissionTransaction"("applicationId", "optionType", "optionId");

-- CreateIndex
CREATE INDEX "PermissionTransaction_applicationId_privacyPolicyId_idx" ON "PermissionTransaction"("applicationId", "privacyPolicyId");

-- CreateIndex
CREATE INDEX "PermissionTransaction_applicationId_permissionStatementId_idx" ON "PermissionTransaction"("applicationId", "permissionStatementId");

-- CreateIndex
CREATE INDEX "PreferenceAnswer_citizenId_preferenceRef_sequence_idx" ON "PreferenceAnswer"("citizenId", "preferenceRef", "sequence" DESC);

-- CreateIndex
CREATE INDEX "PreferenceAnswer_changeId_idx" ON "PreferenceAnswer"("changeId");

-- CreateIndex
CREATE INDEX "PreferenceAnswer_applicationId_preferenceRef_idx" ON "PreferenceAnswer"("applicationId", "preferenceRef");

-- CreateIndex
CREATE INDEX "DoubleOptIn_citizenId_status_idx" ON "DoubleOptIn"("citizenId", "status");

-- CreateIndex
CREATE INDEX "DoubleOptIn_owedAt_idx" ON "DoubleOptIn"("owedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Email_tokenHash_key" ON "Email"("tokenHash");

-- CreateIndex
CREATE INDEX "Email_optInId_idx" ON "Email"("optInId");

-- CreateIndex
CREATE INDEX "Subscription_applicationId_status_updateType_idx" ON "Subscription"("applicationId", "status", "updateType");

-- CreateIndex
CREATE INDEX "Subscription_deletedAt_createdAt_id_idx" ON "Subscription"("deletedAt", "createdAt", "id");

-- CreateIndex
CREATE INDEX "WakeUp_dueAt_idx" ON "WakeUp"("dueAt");

-- CreateIndex
CREATE INDEX "Resync_subscriptionId_createdAt_idx" ON "Resync"("subscriptionId", "createdAt");

-- CreateIndex
CREATE INDEX "Resync_owedAt_idx" ON "Resync"("owedAt");

-- CreateIndex
CREATE INDEX "Delivery_subscriptionId_citizenId_sequence_id_idx" ON "Delivery"("subscriptionId", "citizenId", "sequence", "id");

-- CreateIndex
CREATE INDEX "Delivery_subscriptionId_createdAt_id_idx" ON "Delivery"("subscriptionId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Delivery_citizenId_createdAt_idx" ON "Delivery"("citizenId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "Delivery_changeId_idx" ON "Delivery"("changeId");

-- CreateIndex
CREATE INDEX "Delivery_status_createdAt_id_idx" ON "Delivery"("status", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Delivery_updateType_createdAt_id_idx" ON "Delivery"("updateType", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Delivery_createdAt_id_idx" ON "Delivery"("createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Delivery_finishedAt_idx" ON "Delivery"("finishedAt");

-- CreateIndex
CREATE INDEX "Delivery_emailId_idx" ON "Delivery"("emailId");

-- CreateIndex
CREATE INDEX "Attempt_subscriptionId_at_idx" ON "Attempt"("subscriptionId", "at" DESC);

-- CreateIndex
CREATE INDEX "Attempt_subscriptionId_outcome_at_idx" ON "Attempt"("subscriptionId", "outcome", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Attempt_deliveryId_attempt_key" ON "Attempt"("deliveryId", "attempt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Administrator_email_key" ON "Administrator"("email");

-- CreateIndex
CREATE INDEX "Session_administratorId_idx" ON "Session"("administratorId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "IdempotencyKey_createdAt_idx" ON "IdempotencyKey"("createdAt");

-- AddForeignKey
ALTER TABLE "Option" ADD CONSTRAINT "Option_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OptionGroup" ADD CONSTRAINT "OptionGroup_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OptionGroupMember" ADD CONSTRAINT "OptionGroupMember_applicationId_groupId_fkey" FOREIGN KEY ("applicationId", "groupId") REFERENCES "OptionGroup"("applicationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OptionGroupMember" ADD CONSTRAINT "OptionGroupMember_applicationId_optionId_fkey" FOREIGN KEY ("applicationId", "optionId") REFERENCES "Option"("applicationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PrivacyPolicy" ADD CONSTRAINT "PrivacyPolicy_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PermissionStatement" ADD CONSTRAINT "PermissionStatement_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Preference" ADD CONSTRAINT "Preference_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreferenceChoice" ADD CONSTRAINT "PreferenceChoice_applicationId_preferenceRef_fkey" FOREIGN KEY ("applicationId", "preferenceRef") REFERENCES "Preference"("applicationId", "reference") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EmailTemplate" ADD CONSTRAINT "EmailTemplate_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Citizen" ADD CONSTRAINT "Citizen_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CitizenAddress" ADD CONSTRAINT "CitizenAddress_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Change" ADD CONSTRAINT "Change_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PermissionTransaction" ADD CONSTRAINT "PermissionTransaction_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PermissionTransaction" ADD CONSTRAINT "PermissionTransaction_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreferenceAnswer" ADD CONSTRAINT "PreferenceAnswer_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreferenceAnswer" ADD CONSTRAINT "PreferenceAnswer_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DoubleOptIn" ADD CONSTRAINT "DoubleOptIn_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DoubleOptInItem" ADD CONSTRAINT "DoubleOptInItem_optInId_fkey" FOREIGN KEY ("optInId") REFERENCES "DoubleOptIn"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Email" ADD CONSTRAINT "Email_optInId_fkey" FOREIGN KEY ("optInId") REFERENCES "DoubleOptIn"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SkippedCount" ADD CONSTRAINT "SkippedCount_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WakeUp" ADD CONSTRAINT "WakeUp_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Resync" ADD CONSTRAINT "Resync_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_citizenId_fkey" FOREIGN KEY ("citizenId") REFERENCES "Citizen"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_emailId_fkey" FOREIGN KEY ("emailId") REFERENCES "Email"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_deliveryId_fkey" FOREIGN KEY ("deliveryId") REFERENCES "Delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_administratorId_fkey" FOREIGN KEY ("administratorId") REFERENCES "Administrator"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Partial indexes, which the schema language cannot say.

-- The outbox: what Temporal is owed, in the order it is due.
CREATE INDEX "Delivery_outbox_idx" ON "Delivery"("owedAt", "id") WHERE "owed" IS NOT NULL;

-- The lines: unfinished deliveries of a subscription and citizen, in order (decision 6).
CREATE INDEX "Delivery_line_idx" ON "Delivery"("subscriptionId", "citizenId", "sequence", "id")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired');

-- Reconciliation: unfinished deliveries, longest unseen first.
CREATE INDEX "Delivery_unfinished_idx" ON "Delivery"("verifiedAt")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired');

-- Health: unfinished deliveries of a subscription, oldest first.
CREATE INDEX "Delivery_waiting_idx" ON "Delivery"("subscriptionId", "createdAt")
    WHERE "status" NOT IN ('delivered', 'cancelled', 'expired');
