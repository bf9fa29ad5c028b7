/** Tries to take a data directory and tells how it went; holds it until it is killed. */
import { requireTypeScript } from '../../scripts/lib/typescript.mjs';

const { acquireDataDir } = requireTypeScript('src/embedded/data-dir.ts');

process.on('message', async (dataDir) => {
  await acquireDataDir(dataDir).then(
    () => process.send('held'),
    (error) => process.send(error.name),
  );
});
process.send('loaded');
