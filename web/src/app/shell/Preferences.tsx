import { ActionIcon, Group, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, LANGUAGES, type Language } from '../../i18n';

const SCHEMES = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;

/** Language and colours, remembered in the browser. */
export function Preferences(): ReactElement {
  return (
    <Group gap="xs" px="xs">
      <SchemeMenu />
      <LanguageMenu />
    </Group>
  );
}

function SchemeMenu(): ReactElement {
  const { t } = useTranslation();
  // Keeping transitions: suspending them takes a style element, which the content security policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const Current = SCHEMES[colorScheme];
  return (
    <Menu position="top-start" withinPortal>
      <Menu.Target>
        <Tooltip label={t('nav.scheme')}>
          <ActionIcon variant="default" size="lg" aria-label={t('nav.scheme')}>
            <Current size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(['auto', 'light', 'dark'] as const).map((scheme) => {
          const SchemeIcon = SCHEMES[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<SchemeIcon size={16} />}
              rightSection={scheme === colorScheme ? <IconCheck size={16} /> : undefined}
              onClick={() => setColorScheme(scheme)}
            >
              {t(`nav.schemes.${scheme}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageMenu(): ReactElement {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="top-start" withinPortal>
      <Menu.Target>
        <Tooltip label={t('nav.language')}>
          <ActionIcon variant="default" size="lg" aria-label={t('nav.language')}>
            <IconLanguage size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            rightSection={language === i18n.language ? <IconCheck size={16} /> : undefined}
            onClick={() => void chooseLanguage(language)}
          >
            {LANGUAGES[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
