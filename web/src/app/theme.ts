/** Colours and defaults. All text keeps a contrast of 4.5 to 1 and more, light and dark. */
import {
  convertCssVariables,
  createTheme,
  defaultCssVariablesResolver,
  Drawer,
  DEFAULT_THEME,
  mergeMantineTheme,
  Modal,
} from '@mantine/core';

const systemFont = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: 6,
  colors: {
    brand: [
      ...(['#eef0ff', '#dcdffb', '#bcc1f6', '#a2a9f3', '#8d96ef'] as const),
      ...(['#6470e4', '#4650c8', '#3d46b3', '#343c9c', '#282f80'] as const),
    ],
    dark: [
      ...(['#e3e5ea', '#c3c8d2', '#9299a6', '#6b7280', '#3d424d'] as const),
      ...(['#31343d', '#23262e', '#191b21', '#15171c', '#121318'] as const),
    ],
  },
  fontFamily: systemFont,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  headings: { fontFamily: systemFont, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Mantine locks the page's scrolling with a style element, which the content security policy forbids; global.css
    // does it instead.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
  },
});

/**
 * Puts the theme's variables on the page as a constructed style sheet: the content security policy allows no style
 * elements, which is what Mantine's provider would write.
 */
export function adoptTheme(): void {
  const variables = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  Object.assign(variables.light, {
    '--mantine-color-dimmed': '#596170',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c22727',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#171a21',
  });
  Object.assign(variables.dark, {
    '--mantine-color-dimmed': '#a3a9b5',
    '--mantine-color-placeholder': '#9299a6',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-body': '#191b21',
    '--mantine-color-text': '#e3e5ea',
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(convertCssVariables(variables));
  document.adoptedStyleSheets.push(sheet);
}
