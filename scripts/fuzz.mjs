/** Sends generated requests to the API, from TypeScript sources: test/fuzz/main.ts. */
import { requireTypeScript } from './lib/typescript.mjs';

requireTypeScript('test/fuzz/main.ts');
