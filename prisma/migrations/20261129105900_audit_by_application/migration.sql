-- Who sees some applications only sees their events: found without reading through those of all others.
CREATE INDEX "AuditEvent_applicationId_id_idx" ON "AuditEvent"("applicationId", "id" DESC);
