/** Light or dark, as the system and Office have it. High contrast is the style sheet's and the browser's matter. */

import { webDarkTheme, webLightTheme } from '@fluentui/tokens';
import { setTheme } from '@fluentui/web-components/theme/index.js';

export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => setTheme(dark.matches ? webDarkTheme : webLightTheme);
  dark.addEventListener('change', apply);
  apply();
}
