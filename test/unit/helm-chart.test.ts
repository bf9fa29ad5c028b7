/** The chart is linted and rendered by Helm itself; where there is none (`npm run test:production` builds one), that is left out. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../src/platform/config';
import { projectRoot } from '../../src/platform/project-root';
import { CHART, helm, render, runHelm, type KubernetesObject } from '../harness/helm';

const page = readFileSync(path.join(projectRoot, 'docs/production.md'), 'utf8');
/** What the page shows: a whole example, and the parts of it that lead to Temporal Cloud. */
const [example = {}, byApiKey = {}, byCertificate = {}] = [
  ...(page.split('## Kubernetes')[1] ?? '').matchAll(/```yaml\n([^`]+)```/g),
].map(([, block = '']) => parse(block) as Record<string, any>);

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/** The pod of a part. */
function podOf(objects: readonly KubernetesObject[], part: string): any {
  const found = objects.find(
    ({ kind, metadata }) => /^(Deployment|Job)$/.test(kind) && metadata.name === `cpm-${part}`,
  );
  return found?.spec.template.spec;
}

const environmentOf = (
  objects: readonly KubernetesObject[],
  part: string,
): Map<string, EnvironmentVariable> =>
  new Map((podOf(objects, part).containers[0].env as EnvironmentVariable[]).map((each) => [each.name, each]));

const kindsOf = (objects: readonly KubernetesObject[]): string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

const withHelm = helm === undefined ? describe.skip : describe;

withHelm('the Helm chart', () => {
  const objects = helm === undefined ? [] : render(example);

  it('passes the linter with the values that the documentation shows', () => {
    expect(runHelm('lint', example)).toMatchObject({ ok: true });
  });

  it('has APIs that are reached, workers, and a job that migrates first', () => {
    expect(kindsOf(objects)).toEqual([
      ...['Deployment cpm-api', 'Deployment cpm-worker', 'Ingress cpm-api', 'Job cpm-migrate'],
      ...['PodDisruptionBudget cpm-api', 'PodDisruptionBudget cpm-worker', 'Service cpm-api'],
    ]);
    const job = objects.find(({ kind }) => kind === 'Job');
    expect(job?.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    const service = objects.find(({ kind }) => kind === 'Service');
    const api = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'cpm-api');
    expect(api?.spec.template.metadata.labels).toMatchObject(service?.spec.selector);
  });

  it.each(['api', 'worker', 'migrate'])(
    'runs a program that exists, in the image of its version: %s',
    (part) => {
      const [container] = podOf(objects, part).containers;
      const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
        version: string;
      };
      expect(container.image).toBe(`registry.example.com/cpm-webhooks:${version}`);
      const source = (container.args.at(-1) as string).replace(/^dist\//, '').replace(/\.js$/, '.ts');
      expect(existsSync(path.join(projectRoot, source))).toBe(true);
    },
  );

  it.each(['api', 'worker', 'migrate'])('gives a pod no right that it does not need: %s', (part) => {
    const pod = podOf(objects, part);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.containers[0].securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
  });

  it('passes nothing but settings that a process reads, and each secret by reference', () => {
    const known = new Set(['CPM_SERVICE_DATABASE_URL']);
    readConfig(new Proxy({}, { get: (_, name) => void known.add(String(name)) }));
    for (const part of ['api', 'worker', 'migrate']) {
      const environment = environmentOf(objects, part);
      expect([...environment.keys()].filter((name) => !known.has(name))).toEqual([]);
      for (const [name, { value }] of environment)
        if (/DATABASE_URL|ENCRYPTION_KEY|API_KEY/.test(name))
          expect([name, value]).toEqual([name, undefined]);
    }
  });

  it('lets migrate alone know the owner of the tables', () => {
    const keyOf = (part: string, name: string) =>
      environmentOf(objects, part).get(name)?.valueFrom?.secretKeyRef;
    for (const part of ['api', 'worker'])
      expect(keyOf(part, 'DATABASE_URL')).toEqual({ name: 'cpm-database', key: 'url' });
    expect(keyOf('migrate', 'DATABASE_URL')).toEqual({ name: 'cpm-database', key: 'owner-url' });
    expect(keyOf('migrate', 'CPM_SERVICE_DATABASE_URL')).toEqual({ name: 'cpm-database', key: 'url' });
  });

  it('keeps an API that accepts changes while Temporal is away, and awaits one that waits for its database', () => {
    const [{ readinessProbe, livenessProbe, startupProbe }] = podOf(objects, 'api').containers;
    for (const probe of [readinessProbe, livenessProbe, startupProbe])
      expect(probe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThan(300);
  });

  it('leaves the number of workers to the autoscaler where there is one', () => {
    const scaled = render({ ...example, worker: { autoscaling: { enabled: true } } });
    expect(kindsOf(scaled)).toContain('HorizontalPodAutoscaler cpm-worker');
    const worker = scaled.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'cpm-worker',
    );
    expect(worker?.spec.replicas).toBeUndefined();
  });

  it('reaches Temporal Cloud by an API key, and by a client certificate', () => {
    const keyed = environmentOf(render({ ...example, ...byApiKey }), 'worker');
    expect(keyed.get('TEMPORAL_API_KEY')?.valueFrom?.secretKeyRef).toEqual({
      name: 'temporal-cloud',
      key: 'api-key',
    });
    const certified = render({ ...example, ...byCertificate });
    const environment = environmentOf(certified, 'worker');
    expect(environment.get('TEMPORAL_TLS')?.value).toBe('true');
    expect(environment.get('TEMPORAL_TLS_CLIENT_CERT_PATH')?.value).toBe('/etc/temporal-tls/tls.crt');
    expect(environment.get('TEMPORAL_TLS_CLIENT_KEY_PATH')?.value).toBe('/etc/temporal-tls/tls.key');
    expect(podOf(certified, 'worker').volumes).toContainEqual(
      expect.objectContaining({
        secret: expect.objectContaining({ secretName: 'temporal-client' }) as unknown,
      }),
    );
  });

  it('opens the metrics of every process, on the port that is told to scrape', () => {
    for (const part of ['api', 'worker']) {
      expect(podOf(objects, part).containers[0].ports).toContainEqual({
        name: 'metrics',
        containerPort: 9464,
      });
      expect(environmentOf(objects, part).get('CPM_METRICS_PORT')?.value).toBe('9464');
    }
  });

  it.each([
    ['a setting that is none', { ...example, settings: { PATH: '/' } }, 'settings'],
    ['an unknown value', { ...example, replicas: 3 }, 'replicas'],
    ['an address that is none', { ...example, temporal: { address: 'https://temporal' } }, 'address'],
    ['no database', { ...example, database: {} }, 'database.secret names a Secret'],
    ['no image', { ...example, image: {} }, 'image.repository names the image'],
  ])('refuses %s, and names it', (_, values, named) => {
    const { ok, out } = runHelm('template', values);
    expect([ok, out]).toEqual([false, expect.stringContaining(named)]);
  });
});

it('the chart is of the version of the service', () => {
  const { appVersion } = parse(readFileSync(path.join(CHART, 'Chart.yaml'), 'utf8')) as {
    appVersion: string;
  };
  const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(appVersion).toBe(version);
});
