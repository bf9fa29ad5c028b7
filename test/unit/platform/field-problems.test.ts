import { z } from 'zod';
import { checkInput } from '../../../src/platform/field-problems';

const schema = z.strictObject({
  name: z.string().max(3, 'must have at most 3 characters'),
  size: z.int(),
  on: z.boolean(),
  tags: z.array(z.string()),
  status: z.enum(['active', 'paused']),
  always: z.literal('this'),
  form: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('a') }),
    z.strictObject({ kind: z.literal('b') }),
  ]),
});

const problemsOf = (input: unknown): Record<string, string> => {
  const checked = checkInput(schema, input);
  return checked.ok ? {} : Object.fromEntries(checked.problems.map(({ path, message }) => [path, message]));
};

describe('input of a wrong form', () => {
  it('is told of field by field, with the allowed form and never the value', () => {
    const secret = 'hunter2';
    expect(
      problemsOf({
        name: secret,
        size: secret,
        on: secret,
        tags: secret,
        status: secret,
        always: secret,
        form: { kind: secret },
        more: 1,
      }),
    ).toEqual({
      name: 'must have at most 3 characters',
      size: 'must be a number',
      on: 'must be true or false',
      tags: 'must be a list',
      status: 'must be one of active, paused',
      always: 'must be this',
      'form.kind': 'must be one of a, b',
      more: 'is not a known field',
    });
    expect(problemsOf({ name: 7, tags: ['x', 1], size: 1.5 })).toEqual({
      name: 'must be a string',
      'tags.1': 'must be a string',
      size: 'must be a whole number',
      on: 'is required',
      status: 'must be one of active, paused',
      always: 'must be this',
      form: 'is required',
    });
    expect(problemsOf([])).toEqual({ '': 'must be an object' });
  });
});
