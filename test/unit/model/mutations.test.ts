/** The mutations of the model fit the sources: one that does not can't be looked for. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mutate, MUTATIONS } from '../../model/mutations';

const ROOT = path.resolve(__dirname, '../../..');

it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))('%s', (_, mutation) => {
  for (const file of new Set(mutation.changes.map((change) => change.file))) {
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    expect(mutate(mutation, file, source)).not.toBe(source);
  }
});
