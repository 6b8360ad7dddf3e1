/** Building the page. Text goes in as text alone: whatever a model wrote, it is never markup. */

type Child = Node | string;
type Properties = Record<string, string | number | boolean | ((event: Event) => void)>;

export function make(name: string, properties: Properties = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/** Returns a button with the look of Fluent: `appearance` primary, outline or subtle, `size` small. */
export function button({ appearance = 'outline', size = '', class: further = '', ...rest }: Properties, text: string): HTMLButtonElement {
  const look = ['button', appearance, size, further].filter(Boolean).join(' ');
  return make('button', { type: 'button', ...rest, class: look }, text) as HTMLButtonElement;
}

/** Returns a field of two lines that grows with what is written in it. */
export function growing(properties: Properties): HTMLTextAreaElement {
  const field = make('textarea', { ...properties, rows: 2, class: 'growing' }) as HTMLTextAreaElement;
  field.addEventListener('input', () => fit(field));
  return field;
}

/** Makes a field as high as its text. */
export function fit(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  const frame = field.offsetHeight - field.clientHeight;
  field.style.height = `${field.scrollHeight + frame}px`;
}

/** Returns a link, only to web addresses; anything else stays text. */
export function link(address: string, text: string): Node {
  if (!/^https?:\/\//i.test(address)) return document.createTextNode(text);
  return make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, text);
}

export function announce(text: string): void {
  const announcer = document.getElementById('announcer');
  if (announcer) announcer.textContent = text;
}

export function download(data: Blob, name: string): void {
  const address = URL.createObjectURL(data);
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Lets the browser paint and react before more work is done. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
