/** A program that prints each signal it gets, and ends a while after the first one. */
const WHILE_MS = 2_500;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    console.log(signal);
    setTimeout(() => process.exit(), WHILE_MS);
  });
}
// Nothing is left running when a test is killed.
process.once('disconnect', () => process.exit());
console.log('ready');
