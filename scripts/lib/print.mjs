/** Progress goes to standard error: standard output belongs to the task. */
export function createPrinter() {
  return (line) => process.stderr.write(`• ${line}\n`);
}
