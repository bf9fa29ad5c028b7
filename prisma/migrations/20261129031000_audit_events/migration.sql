-- Who did what. Rows are added, and never changed or removed: not by the service, nor by mistake in a session of psql.
CREATE TABLE "AuditEvent" (
  "id" UUID NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "actorKind" VARCHAR(13) NOT NULL,
  "actorId" UUID,
  "actorName" TEXT,
  "action" VARCHAR(60) NOT NULL,
  "outcome" VARCHAR(7) NOT NULL,
  "reason" VARCHAR(60),
  "applicationId" VARCHAR(50),
  "objectId" TEXT,
  "address" TEXT,
  "requestId" UUID,
  CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "AuditEvent_actorId_id_idx" ON "AuditEvent"("actorId", "id" DESC);
CREATE INDEX "AuditEvent_objectId_id_idx" ON "AuditEvent"("objectId", "id" DESC);
CREATE INDEX "AuditEvent_action_id_idx" ON "AuditEvent"("action", "id" DESC);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events are never changed or removed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent"
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
