/** The page for whoever signs in names what there is. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROLES, SCOPES } from '../../../src/access/scopes';
import { projectRoot } from '../../../src/platform/project-root';

it('docs/signing-in.md tells of every role and scope, and of no other', () => {
  const page = readFileSync(path.join(projectRoot, 'docs/signing-in.md'), 'utf8');
  const cells = [...page.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`([^`]+)`/g),
  ]);
  expect(cells.map(([, name]) => name)).toEqual([...ROLES, ...SCOPES]);
});
