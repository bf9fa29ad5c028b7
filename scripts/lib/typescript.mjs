/** Lets a script use the TypeScript sources as they are, without a build: for development tools only. */
import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(path.join(root, 'package.json'));

/** Loads a TypeScript file of this repository, given from its root. */
export function requireTypeScript(file) {
  if (!require.extensions['.ts']) register();
  return require(path.join(root, file));
}

/** Has every later import of a package get that file instead. */
export function replaceModule(name, file) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => (request === name ? file : resolve(request, ...rest));
}

let change = (file, source) => source;

/** Has the source of every later import of a TypeScript file of this repository changed, by its path from the root. */
export function changeSources(by) {
  change = by;
}

function register() {
  const { transformSync } = require('@swc/core');
  require.extensions['.ts'] = (module, filename) => {
    const { code } = transformSync(sourceOf(filename), {
      filename,
      swcrc: false,
      sourceMaps: 'inline',
      module: { type: 'commonjs', ignoreDynamic: true },
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    });
    module._compile(code, filename);
  };
}

const sourceOf = (filename) =>
  change(path.relative(root, filename).replaceAll(path.sep, '/'), readFileSync(filename, 'utf8'));
