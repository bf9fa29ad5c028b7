/** Whether every package has a licence that we accept (licences.json). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEVELOPMENT, packagesOf } from './packages.mjs';

const POLICY = JSON.parse(readFileSync(path.join(import.meta.dirname, 'licences.json'), 'utf8'));

/** The packages whose licence is none that we accept, each with what it says. */
export function refusedPackages(components, policy = POLICY) {
  return components
    .filter((component) => !isAccepted(component, policy))
    .map((component) => `${component['bom-ref']}: ${expressionOf(component, policy) ?? 'says no licence'}`);
}

/** As a check of `npm test`: names what it refuses. */
export const licenceCheck = {
  name: 'licences',
  run: async () => {
    const refused = refusedPackages((await packagesOf()).components);
    for (const line of refused) console.error(`  ${line}`);
    return refused.length === 0 ? 0 : 1;
  },
};

function isAccepted(component, policy) {
  if (Object.hasOwn(policy.exceptions, component['bom-ref'])) return true;
  const isTool = component.properties?.some(({ name }) => name === DEVELOPMENT);
  const allowed = [...policy.allowed, ...(isTool ? policy.allowedInDevelopment : [])];
  const expression = expressionOf(component, policy);
  return expression !== undefined && isAllowed(expression, allowed);
}

function expressionOf(component, policy) {
  const said = component.licenses?.map((one) => one.expression ?? one.license.id ?? one.license.name);
  return said?.join(' AND ') ?? policy.readByHand[component['bom-ref']];
}

/** Every term of an AND has to be allowed, and one of an OR. No package of ours nests them; such a one is refused. */
function isAllowed(expression, allowed) {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  const terms = plain.split(/ AND /i);
  if (terms.length > 1) return terms.every((term) => isAllowed(term, allowed));
  return plain.split(/ OR /i).some((id) => allowed.includes(id));
}
