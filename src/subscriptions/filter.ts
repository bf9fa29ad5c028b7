/** What a subscription is told of: a part of the catalogue, or everything (rule `filters-narrow`). */
import { z } from 'zod';
import { databaseNow, Prisma, type Tx } from '../platform/database';
import { fieldProblem, invalid, type FieldProblem } from '../platform/errors';
import { coded } from '../platform/field-problems';
import { line } from '../platform/fields';

/** Entries of each list. */
const MOST = 200;
/** In place of keys: all that there are. */
const ALL_KEYS = '*';

/** The lists of a filter: what its keys begin with, as those of a change do, and where the catalogue has the entries. */
const LISTS = {
  options: ['option', 'unknown_option', Prisma.sql`"Option"`, Prisma.sql`"id"`],
  optionGroups: ['group', 'unknown_option_group', Prisma.sql`"OptionGroup"`, Prisma.sql`"id"`],
  preferences: ['preference', 'unknown_preference', Prisma.sql`"Preference"`, Prisma.sql`"reference"`],
} as const;
const NAMES = ['options', 'optionGroups', 'preferences'] as const;

const entries = {
  options: z
    .array(line(100))
    .max(MOST)
    .meta({ description: 'Ids of options.', examples: [['newsletter']] }),
  optionGroups: z
    .array(line(100))
    .max(MOST)
    .meta({
      description: 'Ids of option groups: permissions on the group itself, not on its options.',
      examples: [[]],
    }),
  preferences: z
    .array(line(100))
    .max(MOST)
    .meta({ description: 'References of preferences.', examples: [['topics']] }),
};
const MEANING =
  'What it is told of: changes that alter one of these, and of the state only these. `null`: everything. What takes consent away of ' +
  'anything that it was sent under an earlier filter goes out all the same.';

/** A filter as callers send it. */
export const filterInput = z
  .strictObject(entries)
  .partial()
  .superRefine((filter, context) => {
    for (const name of NAMES) {
      const list = filter[name] ?? [];
      list.forEach((entry, index) => {
        if (list.indexOf(entry) < index)
          context.addIssue({ code: 'custom', path: [name, index], message: coded('duplicate') });
      });
    }
    if (NAMES.every((name) => (filter[name] ?? []).length === 0))
      context.addIssue({ code: 'custom', message: coded('entry_required') });
  })
  .meta({ id: 'SubscriptionFilterInput', description: MEANING });
type FilterInput = z.output<typeof filterInput>;

/** The same in a merge patch: `null` takes a list away. */
export const filterPatch = z
  .strictObject({
    options: entries.options.nullable(),
    optionGroups: entries.optionGroups.nullable(),
    preferences: entries.preferences.nullable(),
  })
  .partial()
  .meta({ id: 'SubscriptionFilterPatch', description: MEANING });

/** A filter as it is shown. */
export const filterView = z.object(entries).meta({ id: 'SubscriptionFilter', description: MEANING });
type FilterView = z.output<typeof filterView>;

/** The columns of a subscription that say what it is told of. */
export interface FilterColumns {
  readonly filter: string[];
  readonly onceSent: string[];
  readonly filterVersion: number;
  readonly filterChangedAt: Date | null;
}

/** A stored filter as it is shown; null: there is none. */
export function showFilter({ filter }: Pick<FilterColumns, 'filter'>): FilterView | null {
  if (filter.length === 0) return null;
  const entriesOf = (name: keyof typeof LISTS): string[] => {
    const prefix = `${LISTS[name][0]}:`;
    return filter.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  };
  return {
    options: entriesOf('options'),
    optionGroups: entriesOf('optionGroups'),
    preferences: entriesOf('preferences'),
  };
}

/** What is stored of a filter; empty: there is none. */
export function keysOf(filter: FilterInput | null): string[] {
  return NAMES.flatMap((name) => (filter?.[name] ?? []).map((entry) => `${LISTS[name][0]}:${entry}`));
}

/**
 * Holds what the filter names until the transaction ends, so that it is not deleted meanwhile.
 * @throws ServiceError naming what the catalogue lacks, or the filter where the type of the subscription has none.
 */
export async function checkFilter(
  tx: Tx,
  { applicationId, updateType }: { readonly applicationId: string; readonly updateType: string },
  filter: FilterInput | null,
): Promise<void> {
  if (filter === null) return;
  if (updateType === 'citizen-emails') throw invalid(fieldProblem('filter', 'filter_of_emails'));
  const problems: FieldProblem[] = [];
  for (const name of NAMES) {
    const named = filter[name] ?? [];
    if (named.length === 0) continue;
    const [, code, table, column] = LISTS[name];
    const rows = await tx.$queryRaw<{ entry: string }[]>(Prisma.sql`
      SELECT ${column}::text AS "entry" FROM ${table}
      WHERE "applicationId" = ${applicationId} AND ${column} = ANY(${named}::text[]) ORDER BY ${column} FOR KEY SHARE`);
    const known = new Set(rows.map(({ entry }) => entry));
    for (const [index, entry] of named.entries()) {
      const path = `filter.${name}.${index}`;
      if (known.has(entry)) continue;
      problems.push(
        code === 'unknown_preference'
          ? fieldProblem(path, code, { reference: entry, applicationId })
          : fieldProblem(path, code, { id: entry, applicationId }),
      );
    }
  }
  if (problems.length > 0) throw invalid(...problems);
}

/** The columns of another filter. The subscription is locked, so a change recorded later than the moment of this one goes by it. */
export async function filterColumns(
  tx: Tx,
  row: FilterColumns & { readonly id: string },
  filter: readonly string[],
): Promise<FilterColumns> {
  return {
    filter: [...filter],
    onceSent: (await wasTold(tx, row.id)) ? onceSentBy(row) : row.onceSent,
    filterVersion: row.filterVersion + 1,
    // Rounded up: rows have their moments to the nearest millisecond.
    filterChangedAt: new Date((await databaseNow(tx)).getTime() + 1),
  };
}

/** What a subscription may have been sent until now, by its filter and all before that. */
export function onceSentBy({ filter, onceSent }: Pick<FilterColumns, 'filter' | 'onceSent'>): string[] {
  if (filter.length === 0 || onceSent.includes(ALL_KEYS)) return [ALL_KEYS];
  return [...new Set([...onceSent, ...filter])];
}

/** Deliveries are purged in time; the ordering keys of those that were sent stay. */
async function wasTold(tx: Tx, subscriptionId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ told: boolean }[]>(Prisma.sql`
    SELECT EXISTS (SELECT 1 FROM "OrderingKey" WHERE "subscriptionId" = ${subscriptionId}::uuid)
      OR EXISTS (SELECT 1 FROM "Delivery" WHERE "subscriptionId" = ${subscriptionId}::uuid) AS "told"`);
  return row?.told === true;
}
