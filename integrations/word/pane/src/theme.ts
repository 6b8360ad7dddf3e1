/** Light or dark, as Office or the system has it. High contrast is left to the style sheet and the browser. */

import { dark, light } from 'virtual:themes';

/** Office has themes of its own; without one of them the system's counts. */
export function followTheme(officeBackground = ''): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const isDark = isDarkColour(officeBackground) ?? system.matches;
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(isDark ? dark : light)) style.setProperty(`--${name}`, value);
    // The browser's own controls and scroll bars follow this.
    style.colorScheme = isDark ? 'dark' : 'light';
  };
  system.addEventListener('change', apply);
  apply();
}

/** Returns null for anything but a colour of the form #rrggbb. */
export function isDarkColour(colour: string): boolean | null {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!found) return null;
  const [red, green, blue] = found.slice(1).map((part) => parseInt(part, 16));
  return 0.299 * red! + 0.587 * green! + 0.114 * blue! < 128;
}
