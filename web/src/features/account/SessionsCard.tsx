import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { Problem } from '../../components/Problem';
import { QueryView } from '../../components/QueryView';
import { ExactTime, RelativeTime } from '../../components/Time';
import { accountApi, type OwnSession } from './api';
import { browserName } from './browser-name';

const KEY = ['own-sessions'] as const;

/** Where one is logged in, and how to end it there. */
export function SessionsCard(): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sessions = useQuery({ queryKey: KEY, queryFn: accountApi.sessions });
  const onSuccess = (): void => void client.invalidateQueries({ queryKey: KEY });
  const end = useMutation({ mutationFn: accountApi.endSession, onSuccess });
  const endOthers = useMutation({ mutationFn: accountApi.endOtherSessions, onSuccess });
  return (
    <Card
      title={t('account.sessions')}
      aside={
        (sessions.data?.total ?? 0) > 1 && (
          <Button
            variant="default"
            size="xs"
            loading={endOthers.isPending}
            onClick={() => endOthers.mutate()}
          >
            {t('account.endOtherSessions')}
          </Button>
        )
      }
    >
      <Stack>
        <Problem error={end.error ?? endOthers.error} />
        <QueryView query={sessions}>
          {({ items }) => (
            <Stack component="ul" p={0} m={0} gap="sm" aria-label={t('account.sessions')}>
              {items.map((session) => (
                <Group key={session.id} component="li" justify="space-between" wrap="nowrap" align="start">
                  <Whereabouts session={session} />
                  {!session.isCurrent && (
                    <Button variant="default" size="xs" flex="none" onClick={() => end.mutate(session.id)}>
                      {t('account.endSession')}
                      <span className="visually-hidden"> {placeOf(session)}</span>
                    </Button>
                  )}
                </Group>
              ))}
            </Stack>
          )}
        </QueryView>
      </Stack>
    </Card>
  );
}

function Whereabouts({ session }: { readonly session: OwnSession }): ReactElement {
  const { t } = useTranslation();
  const { isCurrent, createdAt, lastSeenAt } = session;
  return (
    <div>
      <Text fw={600}>{placeOf(session) || t('account.unknownPlace')}</Text>
      <Text size="sm">
        {t('account.sessionSince')} <ExactTime at={createdAt} />,{' '}
        {isCurrent ? t('account.thisSession') : t('account.lastSeen')}{' '}
        {!isCurrent && <RelativeTime at={lastSeenAt} />}
      </Text>
    </div>
  );
}

function placeOf({ userAgent, address }: OwnSession): string {
  return [userAgent === null ? null : browserName(userAgent), address]
    .filter((part) => part !== null)
    .join(', ');
}
