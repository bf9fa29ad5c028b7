/** Docker Compose itself checks the file too, in `npm test`, where one is installed; this holds what it can't know. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import toolVersions from '../../scripts/lib/tool-versions.json';
import { readConfig } from '../../src/platform/config';

interface Service {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly container_name?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly unknown[] };
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface Prometheus {
  readonly scrape_configs: readonly { readonly dns_sd_configs: readonly object[] }[];
}

const root = path.resolve(__dirname, '../..');
const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as ComposeFile;
const service = (name: string): Service => services[name] ?? {};

describe('docker-compose.yml', () => {
  it('has the parts of a production-like installation', () => {
    expect(Object.keys(services).sort()).toEqual(
      [
        ...[
          'postgres',
          'temporal-postgres',
          'temporal-schema',
          'temporal',
          'temporal-namespace',
          'temporal-ui',
        ],
        ...['migrate', 'api', 'worker', 'prometheus', 'grafana'],
      ].sort(),
    );
  });

  it('starts what monitors it by the profile `monitoring` only, and shows it the metrics', () => {
    const named = Object.entries(services).filter(([, { profiles }]) => profiles);
    expect(named.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ]);
    for (const name of ['api', 'worker']) {
      expect(service(name).environment).toMatchObject({
        CPM_METRICS_PORT: '${CPM_METRICS_PORT:-9464}',
        CPM_METRICS_HOST: '${CPM_METRICS_HOST:-0.0.0.0}',
      });
    }
    const scraped = parse(
      readFileSync(path.join(root, 'deploy/monitoring/prometheus.yml'), 'utf8'),
    ) as Prometheus;
    expect(scraped.scrape_configs.flatMap((job) => job.dns_sd_configs)).toEqual(
      ['api', 'worker'].map((name) => ({ names: [name], type: 'A', port: 9464 })),
    );
  });

  it('holds no secret: each comes from the environment, and its absence stops the start', () => {
    const secrets = Object.values(services)
      .flatMap(({ environment }) => Object.entries(environment ?? {}))
      .filter(([name]) => /PASSWORD|PWD|ENCRYPTION_KEY|API_KEY|DATABASE_URL/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const [, value] of secrets) {
      expect(value.replace(/\$\{\w+:(\?[^}]+|-)\}/, '')).not.toMatch(/:[^/]*@[^p]|^[^$]*secret/);
      expect(value).toMatch(/\$\{\w+:(\?[^}]+|-)\}/);
    }
  });

  it('passes every setting that a process reads, under its own name', () => {
    const known = new Set<string>();
    readConfig(new Proxy({}, { get: (_, name) => void known.add(String(name)) }));
    expect(known.size).toBeGreaterThan(35);
    // Of the embedded PostgreSQL and Temporal, which the containers don't have.
    for (const name of ['CPM_DATA_DIR', 'CPM_TEMPORAL_PORT', 'CPM_TEMPORAL_UI_PORT']) known.delete(name);
    const passed = { ...service('api').environment, ...service('worker').environment };
    expect([...known].filter((name) => passed[name] === undefined)).toEqual([]);
    const fixed = ['CPM_HOST', 'CPM_PORT']; // within the container
    for (const name of [...known].filter((each) => !fixed.includes(each))) {
      expect(passed[name]).toMatch(new RegExp(`^\\$\\{${name}:-`));
    }
  });

  it('lets API and workers connect as a role that owns nothing, and migrate alone as the owner', () => {
    const of = (name: string, variable = 'DATABASE_URL') => service(name).environment?.[variable] ?? '';
    expect(of('api')).toMatch(/^\$\{DATABASE_URL:-postgresql:\/\/cpm_service:\$\{CPM_SERVICE_DB_PASSWORD:/);
    expect(of('worker')).toBe(of('api'));
    expect(of('migrate', 'CPM_SERVICE_DATABASE_URL')).toBe(of('api'));
    expect(of('migrate')).toMatch(/^\$\{CPM_OWNER_DATABASE_URL:-\$\{DATABASE_URL:-postgresql:\/\/cpm:/);
    const knowOwner = Object.entries(services).filter(([, each]) =>
      JSON.stringify(each.environment ?? {}).includes('{CPM_DB_PASSWORD'),
    );
    expect(knowOwner.map(([name]) => name)).toEqual(['postgres', 'migrate']);
  });

  it('gives all processes the same key and Temporal', () => {
    for (const name of ['CPM_ENCRYPTION_KEY_FILE', 'CPM_ENCRYPTION_KEY_COMMAND', 'TEMPORAL_TLS']) {
      const values = ['migrate', 'api', 'worker'].map((each) => service(each).environment?.[name]);
      expect(new Set(values).size).toBe(1);
      expect(values[0]).toBeDefined();
    }
  });

  it('keeps data in named volumes, and mounts files of the repository to be read only', () => {
    const mounts = Object.values(services)
      .flatMap((each) => each.volumes ?? [])
      .map((mount) => mount.split(':'));
    const isFile = ([source = '']: string[]) => source.startsWith('./');
    const named = mounts.filter((mount) => !isFile(mount)).map(([name]) => name);
    expect(named.sort()).toEqual(Object.keys(volumes).sort());
    for (const [source = '', , mode] of mounts.filter(isFile))
      expect([existsSync(path.join(root, source)), mode]).toEqual([true, 'ro']);
  });

  it('publishes on loopback unless told otherwise', () => {
    const ports = Object.values(services).flatMap((each) => each.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports)
      expect(port).toMatch(/^\$\{CPM_(TEMPORAL_UI_|MONITORING_)?PUBLISH_ADDRESS:-127\.0\.0\.1\}:/);
  });

  it('publishes the Temporal Web UI apart from the API, to look at only', () => {
    const { ports, environment } = service('temporal-ui');
    expect(ports).toEqual([expect.stringMatching(/^\$\{CPM_TEMPORAL_UI_PUBLISH_ADDRESS:-127\.0\.0\.1\}:/)]);
    expect(environment?.TEMPORAL_DISABLE_WRITE_ACTIONS).toBe('true');
    expect(service('api').ports?.join()).not.toContain('TEMPORAL');
  });

  it('lets workers be scaled: no fixed name, no published port', () => {
    expect(service('worker').container_name).toBeUndefined();
    expect(service('worker').ports).toBeUndefined();
  });

  it('starts each part after what it needs: jobs that have ended, servers that are healthy', () => {
    const after = (name: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(service(name).depends_on ?? {}).map(([other, { condition }]) => [other, condition]),
      );
    const [ended, healthy] = ['service_completed_successfully', 'service_healthy'];
    expect(after('temporal-schema')).toEqual({ 'temporal-postgres': healthy });
    expect(after('temporal')).toEqual({ 'temporal-schema': ended });
    expect(after('temporal-namespace')).toEqual({ temporal: healthy });
    expect(after('migrate')).toEqual({ postgres: healthy });
    for (const name of ['api', 'worker'])
      expect(after(name)).toEqual({ migrate: ended, 'temporal-namespace': ended });
    const waitedFor = Object.values(services)
      .flatMap((each) => Object.entries(each.depends_on ?? {}))
      .filter(([, { condition }]) => condition === 'service_healthy');
    expect(waitedFor).not.toEqual([]);
    for (const [name] of waitedFor) expect(service(name).healthcheck).toBeDefined();
  });

  it('has jobs of the release of the Temporal server, which end and are tried again a few times', () => {
    const [, version] = /^temporalio\/server:(.+)$/.exec(service('temporal').image ?? '') ?? [];
    for (const name of ['temporal-schema', 'temporal-namespace']) {
      expect(service(name).image).toMatch(new RegExp(`^temporalio/admin-tools:${version}-`));
      expect(version).toBe(toolVersions.temporalServer); // what the production test runs
      expect(service(name).restart).toBe('on-failure:5');
    }
  });

  it('has the number of shards set before the first start of the server, and no other server that could start first', () => {
    const servers = Object.values(services).filter(({ image }) =>
      /^temporalio\/(server|auto-setup)/.test(image ?? ''),
    );
    expect(servers.map(({ environment }) => environment?.NUM_HISTORY_SHARDS)).toEqual(['512']);
  });

  it.each([
    ['SERVING', true],
    ['NOT_SERVING', false],
    ['', false],
  ])('takes a Temporal that says "%s" for healthy: %s', (said, healthy) => {
    const [, command = ''] = (service('temporal').healthcheck?.test ?? []) as string[];
    const script = `temporal() { echo "${said}"; }; ${command.replaceAll('$$', '$')}`;
    expect(spawnSync('bash', ['-c', script], { stdio: 'ignore' }).status === 0).toBe(healthy);
  });

  it.each(['migrate', 'api', 'worker'])('runs an entry point that exists: %s', (name) => {
    const program = service(name).command?.at(-1) ?? '';
    const source = program.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    expect(existsSync(path.join(root, source))).toBe(true);
  });

  it('has health checks that are lists of words', () => {
    const words = Object.values(services).flatMap(({ healthcheck }) => healthcheck?.test ?? []);
    expect(words).not.toEqual([]);
    expect(words.filter((word) => typeof word !== 'string')).toEqual([]);
  });

  it('asks for nothing that .env.example does not name', () => {
    const example = readFileSync(path.join(root, '.env.example'), 'utf8');
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(required).not.toEqual([]);
    for (const name of required) expect(example).toMatch(new RegExp(`^${name}=`, 'm'));
  });
});
