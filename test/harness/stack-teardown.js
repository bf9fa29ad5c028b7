/** Stops what stack-setup.js started, and waits until it is gone. */
module.exports = async function teardown() {
  const host = globalThis.stackHost;
  if (!host) return;
  const exited = new Promise((resolve) => host.once('exit', resolve));
  host.disconnect();
  await exited;
};
