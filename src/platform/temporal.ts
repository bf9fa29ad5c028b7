/** Connections to Temporal and what the namespace has to know. */
import type { Connection } from '@temporalio/client';
import type { TLSConfig } from '@temporalio/common/lib/internal-non-workflow';
import { temporal } from '@temporalio/proto';
import type { TemporalConfig } from './config';
import type { Logger } from './logger';

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

/** Search attributes that a namespace must know, by name. */
export type SearchAttributeTypes = Readonly<Record<string, 'Keyword' | 'Int'>>;

/**
 * Registers the search attributes the namespace lacks. Where the right to do so is missing, the operator is told what to
 * run; workflows that carry them cannot start without.
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
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
    const args = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
    logger.error(
      { err: error },
      `search attributes are missing; run: temporal operator search-attribute create ${args}`,
    );
    throw error;
  }
}
