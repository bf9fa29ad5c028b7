/** How a setting is read from the environment. */
import { z } from 'zod';
import { parseDuration } from './duration';

/** A setting has a wrong form. The message is one line, names the variable and holds no value. */
export class ConfigError extends Error {
  constructor(variable: string, form: string) {
    super(`${variable} must be ${form}`);
    this.name = 'ConfigError';
  }
}

/** Names and values of the environment. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads one variable; undefined where it is unset or blank.
 * @param form what a value must be, for the message
 * @throws ConfigError naming the variable and the form.
 */
export type Reader = <T>(variable: string, schema: z.ZodType<T, string>, form: string) => T | undefined;

/** A reader of an environment. */
export function reader(env: Env): Reader {
  return (variable, schema, form) => {
    const value = env[variable]?.trim();
    if (value === undefined || value === '') return undefined;
    const result = schema.safeParse(value);
    if (!result.success) throw new ConfigError(variable, form);
    return result.data;
  };
}

/** A length of time, in milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue('not a duration');
  return z.NEVER;
});
export const DURATION_FORM = 'a duration above zero like 500ms, 90s, 15m, 1h or 30d';
