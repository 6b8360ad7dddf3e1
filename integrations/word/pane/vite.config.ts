import { readFileSync } from 'node:fs';

import { webDarkTheme, webLightTheme } from '@fluentui/tokens';
import { defineConfig, type Plugin } from 'vite';

// Of the 459 values of a theme of Fluent the sheet names some dozens.
const THEMES = 'virtual:themes';

/** Gives `light` and `dark` with the values alone that our sheet names. */
function usedThemes(): Plugin {
  const inner = `\0${THEMES}`;
  return {
    name: 'used-themes',
    resolveId: (id) => (id === THEMES ? inner : null),
    load: (id) => {
      if (id !== inner) return null;
      const named = new Set(readFileSync('src/pane.css', 'utf8').match(/(?<=var\(--)\w+/g));
      const used = (theme: object): string =>
        JSON.stringify(Object.fromEntries(Object.entries(theme).filter(([name]) => named.has(name))));
      return `export const dark = ${used(webDarkTheme)};\nexport const light = ${used(webLightTheme)};\n`;
    },
  };
}

// Addresses are relative, so that the pane also works below another path. Nothing is inlined: the policy forbids it.
export default defineConfig({
  base: './',
  plugins: [usedThemes()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: ['taskpane.html', 'outlook.html', 'signin.html', 'redirect.html'] },
  },
  test: { environment: 'node' },
});
