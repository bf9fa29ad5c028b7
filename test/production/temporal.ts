/** The Temporal server on PostgreSQL, with the settings that its image makes of the environment of docker-compose.yml. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePorts } from '../harness/free-ports';
import { shards } from './compose-jobs';
import { PASSWORD } from './postgres';
import { Supervised } from './supervised';

const SERVICES = ['frontend', 'matching', 'history', 'worker'] as const;

export class TemporalServer {
  private constructor(
    readonly process: Supervised,
    readonly address: string,
  ) {}

  /** @param executable the server @param databasePort of the PostgreSQL that has its databases */
  static async prepare(executable: string, databasePort: number, directory: string): Promise<TemporalServer> {
    const ports = await freePorts(SERVICES.length * 2 + 1);
    const [frontend = 0] = ports;
    const config = path.join(directory, 'temporal');
    mkdirSync(config);
    writeFileSync(path.join(config, 'production.yaml'), stringify(settings(ports, databasePort, config)));
    writeFileSync(path.join(config, 'dynamic.yaml'), '{}\n');
    const args = ['--root', directory, '--config', 'temporal', '--env', 'production', 'start'];
    const process = new Supervised({ name: 'temporal', command: executable, args, directory });
    return new TemporalServer(process, `127.0.0.1:${frontend}`);
  }

  async answers(): Promise<boolean> {
    const connection = Connection.lazy({
      address: this.address,
      channelArgs: { 'grpc.enable_http_proxy': 0 },
    });
    try {
      await connection.withDeadline(Date.now() + 2_000, () => connection.workflowService.getSystemInfo({}));
      return true;
    } catch {
      return false;
    } finally {
      await connection.close();
    }
  }
}

function settings(ports: readonly number[], databasePort: number, config: string): object {
  const [frontend = 0] = ports;
  const store = (databaseName: string, maxConns: number): object => ({
    sql: {
      ...{
        pluginName: 'postgres12',
        databaseName,
        connectAddr: `127.0.0.1:${databasePort}`,
        connectProtocol: 'tcp',
      },
      ...{ user: 'temporal', password: PASSWORD, maxConns, maxIdleConns: maxConns, maxConnLifetime: '1h' },
    },
  });
  const rpc = (index: number): object => ({
    rpc: { grpcPort: ports[index * 2], membershipPort: ports[index * 2 + 1], bindOnIP: '127.0.0.1' },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: Number(shards()),
      ...{ defaultStore: 'default', visibilityStore: 'visibility' },
      datastores: { default: store('temporal', 20), visibility: store('temporal_visibility', 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(SERVICES.map((name, index) => [name, rpc(index)])),
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1, rpcName: 'frontend' },
          rpcAddress: `127.0.0.1:${frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: `127.0.0.1:${frontend}` },
    dynamicConfigClient: { filepath: path.join(config, 'dynamic.yaml'), pollInterval: '60s' },
  };
}
