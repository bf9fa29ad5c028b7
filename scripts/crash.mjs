/** Runs the crash suite from its TypeScript sources, on the compiled service. */
import { requireTypeScript } from './lib/typescript.mjs';

requireTypeScript('test/crash/main.ts');
