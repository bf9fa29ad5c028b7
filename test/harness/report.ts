/** Prints a figure that the running test measured, for the page of guarantees. A suite that sets up has no test's name yet. */
export function report(figure: string): void {
  process.stdout.write(`  ${[expect.getState().currentTestName, figure].filter(Boolean).join(': ')}\n`);
}
