import { z } from 'zod';
import { checkInput, coded } from '../../../src/platform/field-problems';
import { id, mailAddress, moment, line } from '../../../src/platform/fields';

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

  it.each([1e6, 2 ** 53, 1e300])('is told the limit of its field, however large it is: %d', (large) => {
    const limited = z.strictObject({ size: z.int().max(9), depth: z.int().min(-9), any: z.int() });
    const checked = checkInput(limited, { size: large, depth: -large, any: 2 ** 60 });
    const problems = checked.ok ? [] : checked.problems;
    expect(problems.map(({ path, message }) => `${path} ${message}`).sort()).toEqual([
      'any must be at most 9007199254740991',
      'depth must be at least -9',
      'size must be at most 9',
    ]);
  });

  it('has a code for each way of being wrong, with what its message names', () => {
    const forms = z.strictObject({
      line: line(5, 2),
      empty: line(5),
      email: mailAddress,
      id,
      at: moment,
      few: z.array(z.string()).min(1),
      fewer: z.array(z.string()).min(2),
      many: z.array(z.string()).max(1),
      small: z.int().min(3),
      large: z.int().max(3),
      own: z.string().regex(/^#/, coded('invalid_colour')),
      ours: z.string().regex(/^#/, 'must begin with #'),
      range: z.string().regex(/^\d$/, coded('out_of_range', { min: 0, max: 9 })),
    });
    const checked = checkInput(forms, {
      line: 'x',
      empty: '',
      email: 'x',
      id: 'x',
      at: 'x',
      few: [],
      fewer: ['x'],
      many: ['x', 'x'],
      small: 2,
      large: 4,
      own: 'x',
      ours: 'x',
      range: 'x',
    });
    const problems = checked.ok ? [] : checked.problems;
    expect(problems.map(({ path, code, params }) => [path, code, params])).toEqual([
      ['line', 'too_short', { min: 2 }],
      ['empty', 'empty', undefined],
      ['email', 'invalid_email', undefined],
      ['id', 'invalid_id', undefined],
      ['at', 'invalid_time', undefined],
      ['few', 'entry_required', undefined],
      ['fewer', 'too_few_entries', { min: 2 }],
      ['many', 'too_many_entries', { max: 1 }],
      ['small', 'too_small', { min: 3 }],
      ['large', 'too_large', { max: 3 }],
      ['own', 'invalid_colour', undefined],
      ['ours', 'invalid_format', undefined],
      ['range', 'out_of_range', { min: 0, max: 9 }],
    ]);
    expect(problems.slice(-2).map(({ message }) => message)).toEqual([
      'must begin with #',
      'must be a whole number from 0 to 9',
    ]);
  });
});
