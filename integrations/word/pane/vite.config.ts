import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { webDarkTheme, webLightTheme } from '@fluentui/tokens';
import { defineConfig, type Plugin } from 'vite';

// What the pane takes from Fluent: of 459 values of a theme it uses a quarter.
const COMPONENTS = ['button', 'progress-bar', 'styles'];
const FLUENT = 'node_modules/@fluentui/web-components/dist/esm';
const THEMES = 'virtual:themes';

/** Gives `light` and `dark` with the values alone that our sheet or those components name. */
function usedThemes(): Plugin {
  const inner = `\0${THEMES}`;
  const named = (): string => {
    const files = COMPONENTS.flatMap((name) => readdirSync(join(FLUENT, name)).map((file) => join(FLUENT, name, file)));
    return ['src/pane.css', ...files.filter((file) => file.endsWith('.js'))].map((file) => readFileSync(file, 'utf8')).join('\n');
  };
  return {
    name: 'used-themes',
    resolveId: (id) => (id === THEMES ? inner : null),
    load: (id) => {
      if (id !== inner) return null;
      const text = named();
      const used = (theme: object): string =>
        JSON.stringify(Object.fromEntries(Object.entries(theme).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))));
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
