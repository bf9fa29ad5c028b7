import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { UpdateType } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { formatJson } from '../../../components/format';
import { QueryView } from '../../../components/QueryView';
import { useSamples } from '../queries';

/** What a receiver of this type will get. */
export function SampleCard({ updateType }: { readonly updateType: UpdateType }): ReactElement {
  const { t } = useTranslation();
  const samples = useSamples();
  return (
    <Card title={t('integrations.form.sample')}>
      <Text size="sm" c="dimmed" mb="sm">
        {t(`updateType.${updateType}.use`)}
      </Text>
      <QueryView query={samples}>
        {(all) => (
          <CodeBlock
            label={t('integrations.form.sampleOf', { type: t(`updateType.${updateType}.name`) })}
            text={formatJson(all[updateType])}
          />
        )}
      </QueryView>
    </Card>
  );
}
