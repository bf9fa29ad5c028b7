/**
 * What every `npm run` task of the product starts with: makes sure that all it needs is installed and built, then runs
 * it. Uses nothing but Node, because nothing else may be there yet.
 *
 *   node scripts/run.mjs TASK [arguments of the task]
 */
const NEEDED = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(
    `Node ${NEEDED.join('.')} or later is needed; this is ${process.versions.node}. See https://nodejs.org`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./lib/main.mjs');
  process.exitCode = await main(process.argv[2], process.argv.slice(3));
}
