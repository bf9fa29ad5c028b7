/** Connections to Temporal and what the namespace has to know. */
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import type { TLSConfig } from '@temporalio/common/lib/internal-non-workflow';
import { temporal } from '@temporalio/proto';
import type { TemporalConfig } from './config';
import type { Logger } from './logger';

/** PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED (https://grpc.io/docs/guides/status-codes/). */
const REFUSALS: readonly number[] = [7, 12, 16];

/** Options of a client's or worker's connection. */
export function connectionOptions(config: TemporalConfig & { readonly address: string }): {
  address: string;
  apiKey?: string;
  tls?: TLSConfig;
  channelArgs?: Record<string, number>;
} {
  const { tls, apiKey } = config;
  return {
    ...reaching(config.address),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls || apiKey !== undefined
      ? {
          tls: {
            ...(tls?.serverName === undefined ? {} : { serverNameOverride: tls.serverName }),
            ...(tls?.serverCa ? { serverRootCACertificate: tls.serverCa } : {}),
            ...(tls?.clientCert && tls.clientKey
              ? { clientCertPair: { crt: tls.clientCert, key: tls.clientKey } }
              : {}),
          },
        }
      : {}),
  };
}

/** Where to connect to. A server on this machine is not reached through a proxy of the environment (`http_proxy`). */
export function reaching(address: string): { address: string; channelArgs?: Record<string, number> } {
  const isHere = /^(127(\.\d+){3}|\[::1\]|localhost):\d+$/.test(address);
  return { address, ...(isHere && { channelArgs: { 'grpc.enable_http_proxy': 0 } }) };
}

/** Temporal refuses what the service needs. The message is one line that says what to do. */
export class TemporalSetupError extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'TemporalSetupError';
  }
}

/** Search attributes that a namespace must know, by name. */
export type SearchAttributeTypes = Readonly<Record<string, 'Keyword' | 'Int'>>;

/**
 * Registers the search attributes the namespace lacks; workflows that carry them cannot go on without.
 * @throws TemporalSetupError where the right to do so is missing
 */
export async function ensureSearchAttributes(
  connection: Pick<Connection, 'operatorService'>,
  { address, namespace }: { readonly address: string; readonly namespace: string },
  wanted: SearchAttributeTypes,
  logger: Logger,
): Promise<void> {
  const { IndexedValueType } = temporal.api.enums.v1;
  const types = {
    Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  };
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(wanted).filter(([name]) => !(name in customAttributes));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, types[type]])),
    });
    logger.info({ attributes: missing.map(([name]) => name) }, 'search attributes registered');
  } catch (error) {
    if (!isGrpcServiceError(error) || !REFUSALS.includes(error.code)) throw error;
    const args = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
    throw new TemporalSetupError(
      'search attributes are missing, and this process may not add them: ' +
        `temporal operator search-attribute create --address ${address} --namespace ${namespace} ${args}`,
      { cause: error },
    );
  }
}
