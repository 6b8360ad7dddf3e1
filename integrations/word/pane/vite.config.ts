import { defineConfig } from 'vite';

// Addresses are relative, so that the pane also works below another path. Nothing is inlined: the policy forbids it.
export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: ['taskpane.html', 'signin.html', 'redirect.html'] },
  },
  test: { environment: 'node' },
});
