/**
 * `npm run test:spec`: the ordering protocol holds in every state, and each rule is needed. `--quick` takes seconds, and is a
 * part of `npm test`. A line per check; fails when one is not as it should be.
 */
import { check, historyOf } from './check.mjs';
import { HOLDS, VIOLATED } from './variants.mjs';

/** @returns the exit code */
export async function runSpec(args, tools) {
  const quick = args.includes('--quick');
  const unknown = args.find((arg) => arg !== '--quick');
  if (unknown !== undefined) {
    console.error(`usage: npm run test:spec [-- --quick]; what is ${unknown}?`);
    return 2;
  }
  let wrong = 0;
  for (const variant of [...VIOLATED, ...HOLDS]) {
    if (quick && !variant.quick) continue;
    const began = Date.now();
    const { violated, states, output } = await check(variant, tools);
    const ok = violated === variant.violates;
    if (!ok) wrong += 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    const found = violated ? `${violated} violated` : 'holds';
    console.error(`${ok ? 'PASS' : 'FAIL'} ${variant.name}: ${found}, ${states} states, ${seconds} s`);
    if (violated && (!ok || !quick)) console.error(`     ${historyOf(output).join(' → ')}`);
  }
  return wrong === 0 ? 0 : 1;
}
