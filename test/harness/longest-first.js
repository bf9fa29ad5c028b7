const { default: Sequencer } = require('@jest/test-sequencer');

/** From the kind whose suites take longest. */
const KINDS = ['browser', 'e2e', 'workflow', 'integration', 'unit'];

const placeOf = ({ context }) => KINDS.indexOf(context.config.displayName.name);

/**
 * The long suites first, so that at the end of a run no worker is idle while another one has a long suite before it. A fresh
 * clone has no record of how long each took, by which Jest would order them.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
