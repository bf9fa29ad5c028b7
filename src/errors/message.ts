/** Messages with parameters: the same template and parameters make a message in every language. */

/** What a message is made of. Never a secret, and nothing about a person: ids, numbers and allowed values. */
export type Params = Readonly<Record<string, string | number>>;

/** The names in a template: `id` of `There is no option "{id}".`; braces that hold spaces are text. */
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | Names<Rest>
  : never;

/** The parameters of a template as a rest argument, so that they can be left out exactly where there are none. */
export type ParamsOf<T extends string> = [Names<T>] extends [never]
  ? []
  : [params: Readonly<Record<Names<T>, string | number>>];

/** Puts the parameters into a template. */
export function fillIn(template: string, params: Params = {}): string {
  return template.replace(/\{(\w+)\}/g, (name, key: string) => String(params[key] ?? name));
}
