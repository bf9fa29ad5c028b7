/** `npm run test:spec`: the specification of the ordering protocol, checked by TLC. */
import { findModelChecker } from './model-checker.mjs';
import { createPrinter } from './print.mjs';
import { runSpec } from '../../test/model/spec/main.mjs';

/** @param args of the task */
export async function runSpecification(args) {
  return runSpec(args, await findModelChecker(createPrinter()));
}
