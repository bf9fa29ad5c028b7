/**
 * Prints how many bytes a package is, with everything that it exports, bundled, minified and compressed:
 * `node packages/bundle-size.mjs receiver`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const folder = new URL(`${process.argv[2]}/`, import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
const all = '\0all';
const source = Object.values(exports)
  .map((file) => file.replace(/^\.\/dist\/(.+)\.js$/, 'src/$1.ts'))
  .map((file) => `export * from ${JSON.stringify(fileURLToPath(new URL(file, folder)))};`)
  .join('\n');

const [{ output }] = await build({
  ...{ configFile: false, envFile: false, logLevel: 'error' },
  build: {
    ...{ write: false, minify: true, target: 'es2022', reportCompressedSize: false },
    rollupOptions: { input: all, preserveEntrySignatures: 'strict', output: { format: 'es' } },
  },
  plugins: [
    { name: 'all', resolveId: (id) => (id === all ? id : null), load: (id) => (id === all ? source : null) },
  ],
}).then((result) => [result].flat());
console.log(gzipSync(output.map(({ code = '' }) => code).join('')).length);
