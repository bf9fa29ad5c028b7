/**
 * Prisma's own schema engine, in its WebAssembly build: works on every platform, without a download
 * (docs/decisions/004-one-schema-engine.md).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as Engine from '@prisma/schema-engine-wasm/schema_engine_bg' with {
  'resolution-mode': 'import',
};
import { MigrationAdapterFactory } from './migration-adapter';
import { projectRoot } from './project-root';

/** The migrations on disk, as the engine takes them. */
export type MigrationList = Engine.MigrationList;

/** Engine and connection failures, with the engine's own message and code. */
export class SchemaEngineError extends Error {
  constructor(
    message: string,
    /** Prisma's error code, like P3009 (a migration failed before). */
    readonly code: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SchemaEngineError';
  }
}

/** Runs `use` with an engine that talks to the database through node-postgres, and closes it. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  use: (engine: Engine.SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadEngine();
  const connections = new MigrationAdapterFactory(databaseUrl);
  const adapter = bindMigrationAwareSqlAdapterFactory(connections);
  let engine: Engine.SchemaEngine | undefined;
  try {
    engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    return await use(engine);
  } catch (cause) {
    throw convertError(cause);
  } finally {
    engine?.free();
    await connections.close();
  }
}

type EngineModule = typeof Engine;

/** Where the engine leaves the message of an internal error before it traps. */
const panics = {
  message: '',
  set_message(message: string): void {
    panics.message = message;
  },
};
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });

let loading: Promise<EngineModule> | undefined;

function loadEngine(): Promise<EngineModule> {
  loading ??= instantiate();
  return loading;
}

/** The package's main file imports the .wasm as an ES module, which Node does not; so it is instantiated here. */
async function instantiate(): Promise<EngineModule> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const { __wbg_set_wasm: setWasm, ...imports } = bindings;
  const resolve = createRequire(path.join(projectRoot, 'package.json')).resolve;
  const file = path.join(
    path.dirname(resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
    'schema_engine_bg.wasm',
  );
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': withIdleTimers(imports),
  });
  setWasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

/** The engine leaves its ten-second lock timer running when it is done; the process need not wait for that. */
function withIdleTimers(imports: Record<string, unknown>): Record<string, unknown> {
  const wrapped = Object.entries(imports)
    .filter(([name]) => name.startsWith('__wbg_setTimeout_'))
    .map(([name, start]) => [name, (...args: unknown[]) => (start as StartTimer)(...args).unref()] as const);
  return { ...imports, ...Object.fromEntries(wrapped) };
}

type StartTimer = (...args: unknown[]) => NodeJS.Timeout;

/** The part of the global used here; Node's types of this version lack it. */
declare const WebAssembly: {
  instantiate(
    module: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start: () => void } } }>;
};

/** The engine throws an Error whose message or `code` carries the detail; it is converted once, here. */
function convertError(cause: unknown): SchemaEngineError {
  if (!(cause instanceof Error)) return new SchemaEngineError(String(cause), undefined, { cause });
  if (cause.name === 'RuntimeError') return new SchemaEngineError(panics.message, undefined, { cause });
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return new SchemaEngineError(cause.message, code, { cause });
}
