import { z } from 'zod';
import { route } from '../../../src/api/route';

const body = z.strictObject({ name: z.string() });
const shape = {
  ...({ method: 'post', path: '/v1/things', tag: 'Catalogue', summary: 'Create a thing' } as const),
  ...({ status: 204, access: { scope: 'catalogue:write' } } as const),
};
const change = (): Promise<void> => Promise.resolve();

describe('the definition of a route', () => {
  it('compiles with a name, and an example for its body', () => {
    const examples = { one: { summary: 'A thing', value: { name: 'a' } } };
    expect(route({ ...shape, operationId: 'createThing', body, examples, change })).toMatchObject({
      examples,
    });
  });

  // The compiler holds these: an expected error that does not come is an error.
  it('does not compile without them, or with an example that its body does not allow', () => {
    // @ts-expect-error it has no name
    route({ ...shape, change });
    const { access: _undeclared, ...withoutAccess } = shape;
    // @ts-expect-error it does not say who may call
    route({ ...withoutAccess, operationId: 'createThing', change });
    // @ts-expect-error nobody is known where everybody may call
    route({ ...shape, access: 'open', operationId: 'createThing', change });
    // @ts-expect-error it has a body without an example
    route({ ...shape, operationId: 'createThing', body, change });
    route({
      ...shape,
      operationId: 'createThing',
      body,
      // @ts-expect-error the example is of another type
      examples: { a: { summary: 'A', value: { name: 1 } } },
      change,
    });
  });
});
