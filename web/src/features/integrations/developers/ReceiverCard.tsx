import { Anchor, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDownload } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { Subscription } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { Facts } from '../../../components/Facts';
import { QueryView } from '../../../components/QueryView';
import { saveAs } from '../../../components/save-as';
import { Offered } from '../../session/permission';
import { SigningSecretDialog } from '../detail/SigningSecretDialog';
import { quoted } from './curl';
import { LANGUAGES, LOCAL_RECEIVER, publicKeyOf, useSnippet } from './languages';

/** The code of a receiver that verifies, and how it is run. */
export function ReceiverCard({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const [extension, choose] = useState('js');
  const language = LANGUAGES.find((each) => each.extension === extension) ?? LANGUAGES[0];
  if (!language) throw new Error('no language');
  const { signing } = integration;
  const { file, run, library } = language;
  const code = useSnippet(language, signing);
  const key = publicKeyOf(integration) ?? 'whsec_…';
  const install = signing === 'ed25519' && library !== undefined ? [library] : [];
  const commands = [...install, ...(run === undefined ? [] : [`WEBHOOK_KEY=${quoted(key)} ${run}`])];
  return (
    <Card title={t('developers.receiver.title')}>
      <Stack gap="md">
        <Text size="sm">{t(`developers.receiver.${signing}`)}</Text>
        <Keys integration={integration} />
        <NativeSelect
          label={t('developers.receiver.language')}
          value={extension}
          data={LANGUAGES.map((each) => ({ value: each.extension, label: each.name }))}
          onChange={(event) => choose(event.currentTarget.value)}
          maw="13.5rem"
        />
        <QueryView query={code}>
          {(text) => (
            <Stack gap="xs">
              <Group justify="space-between">
                <Text size="sm">
                  {t(run === undefined ? 'developers.receiver.part' : 'developers.receiver.whole', { file })}
                </Text>
                <Button
                  variant="default"
                  size="compact-sm"
                  leftSection={<IconDownload size={14} />}
                  onClick={() => saveAs(file, new Blob([text]))}
                >
                  {t('developers.receiver.download', { file })}
                </Button>
              </Group>
              <CodeBlock label={t('developers.receiver.code', { file })} text={text} />
            </Stack>
          )}
        </QueryView>
        {commands.length > 0 && (
          <Stack gap="xs">
            <Text size="sm">
              {t(run === undefined ? 'developers.receiver.install' : `developers.receiver.run.${signing}`)}
            </Text>
            <CodeBlock label={t('developers.receiver.command')} text={commands.join('\n')} />
          </Stack>
        )}
        <Text size="sm" c="dimmed">
          {run !== undefined && t('developers.receiver.address', { url: LOCAL_RECEIVER })}{' '}
          {t('developers.receiver.reach')}
        </Text>
      </Stack>
    </Card>
  );
}

/** What a receiver has to know to verify. */
function Keys({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, signing, signingKey } = integration;
  const [rotating, rotate] = useDisclosure();
  if (signing === 'ed25519') {
    return (
      <Facts
        of={[
          [t('developers.receiver.x'), <code key="x">{publicKeyOf(integration)}</code>],
          [t('developers.receiver.keyId'), signingKey && <code key="kid">{signingKey.keyId}</code>],
          [
            t('developers.receiver.keySet'),
            <Anchor key="set" href="/.well-known/jwks.json" target="_blank">
              {`${location.origin}/.well-known/jwks.json`}
            </Anchor>,
          ],
        ]}
      />
    );
  }
  return (
    <Offered operation="rotateSigningSecret">
      <Text size="sm">
        <Trans
          i18nKey="developers.receiver.lost"
          components={{
            ask: <Anchor component="button" type="button" onClick={rotate.open} underline="always" />,
          }}
        />
      </Text>
      <SigningSecretDialog id={id} opened={rotating} onClose={rotate.close} />
    </Offered>
  );
}
