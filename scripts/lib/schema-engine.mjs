/**
 * Prisma's own schema engine in its WebAssembly build, which works on every platform without a download. Only authoring
 * needs it: migrations are applied by src/platform/migrations.ts.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { SchemaEngineAdapterFactory } from './schema-engine-adapter.mjs';

/** Runs `use` with an engine that talks to the database through node-postgres, and closes it. */
export async function withSchemaEngine(databaseUrl, use) {
  await instantiate();
  const connections = new SchemaEngineAdapterFactory(databaseUrl);
  const adapter = bindMigrationAwareSqlAdapterFactory(connections);
  let engine;
  try {
    engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
    return await use(engine);
  } catch (cause) {
    // A trap says nothing by itself; the engine left its message before.
    if (cause instanceof Error && cause.name === 'RuntimeError') throw new Error(panics.message, { cause });
    throw cause;
  } finally {
    engine?.free();
    await connections.close();
  }
}

/** The migrations on disk (`readMigrations` of src/platform/migration-files.ts) in the form that the engine takes. */
export function toMigrationList(migrations, baseDir) {
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

/** Nothing of the database is managed by others. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Where the engine leaves the message of an internal error before it traps. */
const panics = {
  message: '',
  set_message(message) {
    panics.message = message;
  },
};
globalThis.PRISMA_WASM_PANIC_REGISTRY = panics;

let instantiated;

/** The package's main file imports the .wasm as an ES module, which Node does not; so it is instantiated here. */
function instantiate() {
  instantiated ??= (async () => {
    const { __wbg_set_wasm: setWasm, ...imports } = bindings;
    const { resolve } = createRequire(import.meta.url);
    const directory = path.dirname(resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
    const { instance } = await globalThis.WebAssembly.instantiate(
      await readFile(path.join(directory, 'schema_engine_bg.wasm')),
      { './schema_engine_bg.js': withIdleTimers(imports) },
    );
    setWasm(instance.exports);
    instance.exports.__wbindgen_start();
  })();
  return instantiated;
}

/** The engine leaves its ten-second lock timer running when it is done; the process need not wait for that. */
function withIdleTimers(imports) {
  const timers = Object.entries(imports).filter(([name]) => name.startsWith('__wbg_setTimeout_'));
  const idle = timers.map(([name, start]) => [name, (...args) => start(...args).unref()]);
  return { ...imports, ...Object.fromEntries(idle) };
}
