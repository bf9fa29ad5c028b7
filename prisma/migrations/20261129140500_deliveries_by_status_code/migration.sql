-- Deliveries by the status of their latest answer, in the order of the lists. Written once for each answer.
CREATE INDEX "Delivery_code_idx" ON "Delivery"("lastStatusCode", "createdAt" DESC, "id" DESC) WHERE "lastStatusCode" IS NOT NULL;

-- Nearly all deliveries have no e-mail, and stood in this index with every version of their rows.
DROP INDEX "Delivery_emailId_idx";
CREATE INDEX "Delivery_email_idx" ON "Delivery"("emailId") WHERE "emailId" IS NOT NULL;
