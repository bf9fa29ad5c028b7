/** A Temporal dev server of a test's own, to be stopped, started again and robbed of its file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../src/embedded/index';

export class OwnTemporal {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedTemporal,
  ) {}

  static async start(): Promise<OwnTemporal> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-temporal-'));
    return new OwnTemporal(dataDir, await startIn(dataDir, 0));
  }

  get address(): string {
    return this.server.address;
  }

  get uiUrl(): string {
    return this.server.uiUrl;
  }

  /** It is away until {@link resume}. */
  stop(): Promise<void> {
    return this.server.stop();
  }

  /** At the same address, with what its file holds. */
  async resume(): Promise<void> {
    this.server = await startIn(this.dataDir, Number(this.address.split(':')[1]));
  }

  /** Loses everything it knew; call it while it is stopped. */
  wipe(): void {
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(path.join(this.dataDir, `temporal.db${suffix}`), { force: true });
    }
  }

  async remove(): Promise<void> {
    await this.server.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function startIn(dataDir: string, port: number): Promise<EmbeddedTemporal> {
  return startEmbeddedTemporal({
    executable: process.env.CPM_TEST_TEMPORAL_CLI ?? process.env.TEMPORAL_CLI_PATH ?? 'temporal',
    // Workers register the search attributes.
    ...{ dataDir, namespace: 'default', port, uiPort: 0, searchAttributes: {} },
    logger: { warn: () => undefined },
  });
}
