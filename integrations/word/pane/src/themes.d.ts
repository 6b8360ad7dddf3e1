/** Made by vite.config.ts: what the pane uses of Fluent's themes. */
declare module 'virtual:themes' {
  export const dark: Record<string, string>;
  export const light: Record<string, string>;
}

/** A file as text, for tests of what runs by itself. */
declare module '*?raw' {
  const text: string;
  export default text;
}
