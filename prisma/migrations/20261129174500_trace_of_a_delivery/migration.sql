-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "traceparent" VARCHAR(55);
