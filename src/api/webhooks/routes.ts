/** The descriptions of webhooks, open to everybody: they say what is sent, and nothing of whom it is about. */
import { Router } from 'express';
import { UPDATE_TYPES } from '../../subscriptions/schema';
import { mountPage } from '../mount';
import { describeWebhooks } from './asyncapi';
import { schemaDocument, schemaPath } from './json-schemas';

/** Others may keep them for an hour: they change with the version only. */
const CACHED = 'public, max-age=3600';

/**
 * Serves the schemas and the AsyncAPI document.
 * @param version the product's
 */
export function webhookDescriptions(version: string): Router {
  const router = Router();
  const serve = (path: string, type: string, document: object): void => {
    const text = JSON.stringify(document);
    mountPage(router, path, (_req, res) => {
      res.set({ 'content-type': type, 'cache-control': CACHED }).send(text);
    });
  };
  for (const updateType of UPDATE_TYPES) {
    serve(schemaPath(updateType), 'application/schema+json; charset=utf-8', schemaDocument(updateType));
  }
  serve('/v1/asyncapi.json', 'application/json; charset=utf-8', describeWebhooks(version));
  return router;
}
