import { spawnSync } from 'node:child_process';
import { readConfig } from '../../../src/platform/config';
import { projectRoot } from '../../../src/platform/project-root';
import { beginTrace, currentTrace, inSpan } from '../../../src/platform/tracing';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('traces', () => {
  it.each<[string, Record<string, string>, object | undefined]>([
    ['are off by default', {}, undefined],
    ['are sent to an endpoint that is named', ENDPOINT, { protocol: 'http/protobuf' }],
    [
      'are sent as JSON',
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      { protocol: 'http/json' },
    ],
    ['are disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, undefined],
    ['have no exporter', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, undefined],
  ])('%s', (_, env, settings) => {
    expect(readConfig(env).tracing).toEqual(settings);
  });

  it('are nothing while they are off: work is done as it is', async () => {
    expect(beginTrace('GET', {})).toBeUndefined();
    expect(
      await inSpan(
        'POST',
        () => ({}),
        (span) => Promise.resolve([span, currentTrace()]),
      ),
    ).toEqual([undefined, undefined]);
  });

  it('load no more of OpenTelemetry than the metrics do while they are off', () => {
    const parts = ['api', 'worker', 'tracing'].map((part) => `require('./dist/src/bin/parts/${part}.js');`);
    const list =
      "console.log(Object.keys(require.cache).filter((file) => /opentelemetry.(?!api.)/.test(file)).join('\\n'))";
    const { stdout, status } = spawnSync(process.execPath, ['-e', [...parts, list].join('')], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    expect([status, stdout.trim()]).toEqual([0, '']);
  });
});
