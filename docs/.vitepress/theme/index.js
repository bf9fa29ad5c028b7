/** VitePress' own theme, with the fonts of the reader's system: the content security policy lets none in. */
import theme from 'vitepress/theme-without-fonts';
import './help.css';

export default theme;
