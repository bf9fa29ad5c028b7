import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { UPDATE_TYPES } from '../../../api/types';
import classes from '../integrations.module.css';
import type { IntegrationFormState } from './use-integration-form';

/** The three types, each with a sentence. */
export function TypeField({ form }: { readonly form: IntegrationFormState }): ReactElement {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.fieldset}>
      <legend className={classes.legend}>{t('integrations.type')}</legend>
      <div className={classes.types}>
        {UPDATE_TYPES.map((type) => (
          <label key={type} className={classes.type}>
            <input
              type="radio"
              name="updateType"
              value={type}
              checked={form.values.updateType === type}
              onChange={() => form.setFieldValue('updateType', type)}
              aria-describedby={`type-${type}`}
            />
            <strong>{t(`updateType.${type}.name`)}</strong>
            <span className={classes.typeText} id={`type-${type}`}>
              {t(`updateType.${type}.text`)}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
