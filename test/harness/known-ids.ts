/** Ids that the service gave, by the id that stands for them in the examples of the OpenAPI document. */
import type { OpenApi, Schema } from './openapi';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an example stands for what only the service can give. */
const isGiven = (example: string): boolean => UUID.test(example) || example === 'token-of-the-link';

export class KnownIds {
  private readonly given = new Map<string, Set<string>>();

  constructor(private readonly openApi: OpenApi) {}

  /** Ids and whatever else stands in examples for something that the service gives. */
  get examples(): readonly string[] {
    return [...this.given.keys()];
  }

  /** What the service gave of the kind that an example stands for, the first one first. */
  of(example: string): readonly string[] {
    return [...(this.given.get(example) ?? [])];
  }

  /** All ids. */
  get all(): readonly string[] {
    return [...this.given.values()].flatMap((ids) => [...ids]).filter((id) => UUID.test(id));
  }

  give(example: string, value: string): void {
    this.given.set(example, (this.given.get(example) ?? new Set()).add(value));
  }

  forget(example: string, value: string): void {
    this.given.get(example)?.delete(value);
  }

  /** Takes the ids from an answer. */
  learn(schema: Schema, body: unknown): void {
    for (const [{ examples = [] }, value] of this.openApi.parts(schema, body)) {
      const [example] = examples;
      if (typeof example === 'string' && isGiven(example) && typeof value === 'string')
        this.give(example, value);
    }
  }
}
