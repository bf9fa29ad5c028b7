/** Starts what the tests on real parts share, and tells them through the environment where it is. */
const { fork } = require('node:child_process');

module.exports = async function setup({ maxWorkers }) {
  const host = fork(require.resolve('./stack-host.mjs'), [String(maxWorkers)]);
  const stack = await new Promise((resolve, reject) => {
    host.once('message', (message) =>
      message.stack ? resolve(message.stack) : reject(new Error(message.error)),
    );
    host.once('exit', (code) => reject(new Error(`the test stack ended with code ${code}`)));
  });
  globalThis.stackHost = host;
  process.env.CPM_TEST_TEMPLATE_URL = stack.templateUrl;
  process.env.CPM_TEST_TEMPORAL_ADDRESS = stack.temporalAddress;
  process.env.CPM_TEST_TEMPORAL_UI_URL = stack.temporalUiUrl;
  process.env.CPM_TEST_LOG_DIR = stack.logDir;
};
