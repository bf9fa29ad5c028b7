import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { accountApi, SECOND_FACTOR_KEY } from './api';
import { EndSecondFactor } from './EndSecondFactor';
import { SetUpSecondFactor } from './SetUpSecondFactor';

/** Whether a code is asked for at one's log-in, which can be ended where it is not a must. */
export function SecondFactorCard({ required }: { readonly required: boolean }): ReactElement {
  const { t } = useTranslation();
  const secondFactor = useQuery({ queryKey: SECOND_FACTOR_KEY, queryFn: accountApi.secondFactor });
  const [settingUp, setUp] = useDisclosure();
  const [ending, end] = useDisclosure();
  return (
    <Card title={t('account.secondFactor')}>
      <QueryView query={secondFactor}>
        {({ since, recoveryCodesLeft }) => (
          <Stack>
            {since === null ? (
              <Text>{t('account.secondFactorText')}</Text>
            ) : (
              <Text>
                {t('account.secondFactorSince')} <ExactTime at={since} />.{' '}
                {t('account.codesLeft', { count: recoveryCodesLeft })}
              </Text>
            )}
            <Group>
              {since === null && <Button onClick={setUp.open}>{t('account.setUpFactor')}</Button>}
              {since !== null && !required && (
                <Button variant="default" onClick={end.open}>
                  {t('account.endFactor')}
                </Button>
              )}
            </Group>
          </Stack>
        )}
      </QueryView>
      {settingUp && <SetUpSecondFactor onClose={setUp.close} />}
      {ending && <EndSecondFactor onClose={end.close} />}
    </Card>
  );
}
