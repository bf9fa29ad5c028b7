/** Runs the production test from its TypeScript sources, on the compiled service. */
import { requireTypeScript } from './lib/typescript.mjs';

requireTypeScript('test/production/main.ts');
