/** Made by vite.config.ts: what the pane uses of Fluent's themes. */
declare module 'virtual:themes' {
  export const dark: Record<string, string>;
  export const light: Record<string, string>;
}
