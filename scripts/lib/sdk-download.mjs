/** Lets the Temporal SDK download a program into a directory: sdk-download.mjs cli|test-server VERSION DIRECTORY. */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [kind, version, downloadDir] = process.argv.slice(2);
const server = { executable: { type: 'cached-download', version, downloadDir } };
const start = kind === 'cli' ? 'createLocal' : 'createTimeSkipping';
const environment = await TestWorkflowEnvironment[start]({ server });
await environment.teardown();
