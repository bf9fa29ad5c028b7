/** `/docs`: the OpenAPI document to read and try, and the codes of errors, with nothing from other hosts. */
import path from 'node:path';
import { Router } from 'express';
import { absolutePath } from 'swagger-ui-dist';
import { errorPage } from './error-page';
import { mountPage } from './mount';
import { ERRORS_PATH } from './problem';

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>cpm-webhooks API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** A file of its own, because the content security policy allows no inline script. */
const START = `SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

/** Serves the documentation pages and the few files it needs. */
export function docs(): Router {
  const router = Router();
  mountPage(router, '/docs', (_req, res) => void res.type('html').send(PAGE));
  const errors = errorPage();
  mountPage(router, ERRORS_PATH, (_req, res) => void res.type('html').send(errors));
  mountPage(router, '/docs/start.js', (_req, res) => void res.type('js').send(START));
  for (const asset of ASSETS) {
    mountPage(router, `/docs/${asset}`, (_req, res) => {
      res.set('cache-control', 'public, max-age=86400').sendFile(path.join(absolutePath(), asset));
    });
  }
  return router;
}
