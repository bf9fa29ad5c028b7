/** The catalogue of an application, as callers write and see it. */
import { z } from 'zod';
import { PREFERENCE_TYPES } from '../../consent/catalogue/preferences';
import { line, prose } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { webUrl } from './applications';
import { ignored } from './common';

const ignoredEntry = ignored('id', 'applicationId');

/** The id of a catalogue entry, which the caller chooses. */
export const entryId = (kind: string, example: string): z.ZodString =>
  line(100).meta({ description: `Id of the ${kind}, chosen by the caller.`, examples: [example] });

const optionId = entryId('option', 'newsletter');
const optionName = { description: 'What people call it.', examples: ['Newsletter'] };
export const optionInput = z
  .strictObject({ name: line(200).meta(optionName), ...ignoredEntry })
  .meta({ id: 'OptionInput', description: 'An option to write.' });
export const optionView = z
  .object({ id: optionId, applicationId, name: z.string().meta(optionName) })
  .meta({ id: 'Option', description: 'A purpose or use of data that citizens permit or not.' });

const groupName = { description: 'What people call it.', examples: ['Marketing'] };
const optionIds = {
  description: 'Ids of the options of the group.',
  examples: [['newsletter', 'profiling']],
};
export const optionGroupInput = z
  .strictObject({
    name: line(200).meta(groupName),
    optionIds: z.array(line(100)).max(500).meta(optionIds),
    ...ignoredEntry,
  })
  .meta({ id: 'OptionGroupInput', description: 'An option group to write.' });
export const optionGroupView = z
  .object({
    id: entryId('option group', 'marketing'),
    applicationId,
    name: z.string().meta(groupName),
    optionIds: z.array(z.string()).meta(optionIds),
  })
  .meta({
    id: 'OptionGroup',
    description: 'Options under one name. A permission for a group is independent of those for its options.',
  });

const policyReference = {
  description: 'How documents and webhooks refer to it.',
  examples: ['Privacy policy of January 2026'],
};
const policyName = { description: 'What people call it.', examples: ['Privacy policy'] };
const policyUrl = { description: 'Where it can be read.', examples: ['https://shop.example.com/privacy'] };
export const privacyPolicyInput = z
  .strictObject({
    reference: line(200).meta(policyReference),
    name: line(200).meta(policyName),
    url: webUrl.nullish().meta(policyUrl),
    ...ignoredEntry,
  })
  .meta({ id: 'PrivacyPolicyInput', description: 'A privacy policy to write.' });
export const privacyPolicyView = z
  .object({
    id: entryId('privacy policy', 'privacy-2026'),
    applicationId,
    reference: z.string().meta(policyReference),
    name: z.string().meta(policyName),
    url: z.string().nullable().meta(policyUrl),
  })
  .meta({ id: 'PrivacyPolicy', description: 'A privacy policy that was in force when consent was given.' });

const statementReference = {
  description: 'How documents and webhooks refer to it.',
  examples: ['Newsletter statement, version 3'],
};
const statementText = {
  description: 'The words that the citizen agreed to.',
  examples: ['Yes, send me the newsletter once a week.'],
};
export const permissionStatementInput = z
  .strictObject({
    reference: line(200).meta(statementReference),
    text: prose(20_000).meta(statementText),
    ...ignoredEntry,
  })
  .meta({ id: 'PermissionStatementInput', description: 'A permission statement to write.' });
export const permissionStatementView = z
  .object({
    id: entryId('permission statement', 'newsletter-v3'),
    applicationId,
    reference: z.string().meta(statementReference),
    text: z.string().meta(statementText),
  })
  .meta({
    id: 'PermissionStatement',
    description: 'The words that citizens were shown when they were asked.',
  });

const choiceReference = { description: 'How answers name the choice.', examples: ['weekly'] };
const choiceLabel = { description: 'What people read.', examples: ['Once a week'] };
const choices = { description: 'The possible answers, in the order in which they are shown.' };
const preferenceLabel = { description: 'What people read.', examples: ['How often may we write to you?'] };
const preferenceType = {
  description: '`single`: one choice at most; `multiple`: any number.',
  examples: ['single'],
};

export const preferenceInput = z
  .strictObject({
    label: line(200).meta(preferenceLabel),
    type: z.enum(PREFERENCE_TYPES).meta(preferenceType),
    choices: z
      .array(
        z.strictObject({ reference: line(100).meta(choiceReference), label: line(200).meta(choiceLabel) }),
      )
      .min(1)
      .max(500)
      .meta(choices),
    ...ignored('reference', 'applicationId'),
  })
  .meta({ id: 'PreferenceInput', description: 'A preference to write.' });
export const preferenceView = z
  .object({
    reference: entryId('preference', 'contact-frequency'),
    applicationId,
    label: z.string().meta(preferenceLabel),
    type: z.enum(PREFERENCE_TYPES).meta(preferenceType),
    choices: z
      .array(z.object({ reference: z.string().meta(choiceReference), label: z.string().meta(choiceLabel) }))
      .meta(choices),
  })
  .meta({ id: 'Preference', description: 'A question to citizens with choices to answer it.' });
