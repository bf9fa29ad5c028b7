import { Connection } from '@temporalio/client';
import type { DatabaseCounter } from '../measure/database';

/** Versions of the servers, as they say themselves. */
export interface ServerVersions {
  readonly postgres: string;
  readonly temporal: string;
}

export async function readVersions(
  counter: DatabaseCounter,
  temporalAddress: string,
): Promise<ServerVersions> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    return { postgres: await counter.version(), temporal: serverVersion };
  } finally {
    await connection.close();
  }
}
