/** Prints a figure that the running test measured, for the page of guarantees. */
export function report(figure: string): void {
  process.stdout.write(`  ${expect.getState().currentTestName}: ${figure}\n`);
}
