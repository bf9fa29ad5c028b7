/** The OpenAPI document of the sources, without a database: describing routes uses none of what they work with. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createApp, type AppDependencies } from '../../src/api/app';
import { OpenApi } from './openapi';

/** Has every property, and is a function of anything. */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : anything),
});

/** As `/v1/openapi.json` tells it. */
export async function describedApi(): Promise<OpenApi> {
  const given = { logger: pino({ level: 'silent' }), version: '' };
  const dependencies = new Proxy(given, {
    get: (target, name) => (name in target ? Reflect.get(target, name) : anything),
  }) as unknown as AppDependencies;
  const server = createServer(createApp(dependencies));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await OpenApi.read(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
