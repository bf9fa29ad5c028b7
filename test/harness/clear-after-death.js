/** Has a data directory cleared once this process is gone (after-death.mjs). */
const { spawn } = require('node:child_process');

module.exports = function clearAfterDeath(dataDir) {
  const guard = spawn(process.execPath, [require.resolve('./after-death.mjs'), dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.unref();
};
