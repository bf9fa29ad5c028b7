/** Clients that generators make of the OpenAPI document, of two makers: each compiles, and is used. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../../src/platform/project-root';
import { ApiRig } from '../../harness/api';

const run = promisify(execFile);
let api: ApiRig;
const folder = mkdtempSync(path.join(tmpdir(), 'cpm-clients-'));
beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.stop();
});

const OPTIONS = {
  ...{ target: 'es2022', module: 'nodenext', strict: true, noEmitOnError: true, skipLibCheck: true },
  ...{ lib: ['es2023', 'dom', 'dom.iterable'], types: [] },
};

const BY_OPENAPI_TYPESCRIPT = `
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

export async function use(baseUrl: string, key: string): Promise<unknown[]> {
  const cpm = createClient<paths>({ baseUrl, headers: { 'X-API-Key': key } });
  const put = await cpm.PUT('/v1/applications/{applicationId}', {
    params: { path: { applicationId: 'one' } },
    body: { name: 'One' },
  });
  const recorded = await cpm.POST('/v1/permissions/transactions', {
    body: { applicationId: 'one', externalRef: 'anna', changes: [] },
  });
  return [put.data?.name, recorded.error?.code];
}
`;

const BY_OAZAPFTS = `
import { defaults, getApplication, putApplication } from './api.js';

export async function use(baseUrl: string, key: string): Promise<unknown[]> {
  Object.assign(defaults, { baseUrl, headers: { 'X-API-Key': key } });
  const put = await putApplication('two', { name: 'Two' });
  const none = await getApplication('none');
  return [put.status === 200 ? put.data.name : put, none.status === 404 && none.data.code];
}
`;

const program = (name: string, ...args: string[]) =>
  run(process.execPath, [path.join(projectRoot, 'node_modules', name), ...args], { cwd: folder });

describe('a client that is generated from the OpenAPI document', () => {
  beforeAll(async () => {
    const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
    write('openapi.json', await (await fetch(`${api.url}/v1/openapi.json`)).text());
    write('package.json', JSON.stringify({ type: 'module' }));
    write('tsconfig.json', JSON.stringify({ compilerOptions: OPTIONS }));
    write('with-openapi-typescript.ts', BY_OPENAPI_TYPESCRIPT);
    write('with-oazapfts.ts', BY_OAZAPFTS);
    await Promise.all([
      program('openapi-typescript/bin/cli.js', 'openapi.json', '-o', 'schema.ts'),
      program('oazapfts/dist/cli.js', 'openapi.json', 'api.ts'),
    ]);
    await program('typescript/bin/tsc', '-p', '.').catch(({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    });
  });

  it.each([
    ['openapi-typescript', ['One', 'invalid_request']],
    ['oazapfts', ['Two', 'application_not_found']],
  ])('by %s compiles, calls, and reads answers and refusals', async (generator, told) => {
    const script = `import { use } from './with-${generator}.js'; console.log(JSON.stringify(await use(...process.argv.slice(1))));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, api.url, api.key], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual(told);
  });
});
