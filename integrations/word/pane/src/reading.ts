/** The text of an uploaded document in the page, so that a change can be seen in its place. */

import { shown } from './documentText';
import { make } from './dom';
import type { Paragraph } from './model';
import type { Texts } from './strings';

export function paragraphList(paragraphs: readonly Paragraph[], changed: ReadonlySet<string>, texts: Texts): Node[] {
  return paragraphs
    .filter(({ text }) => text.trim() !== '')
    .map(({ id, text }) =>
      make(
        'p',
        { 'data-paragraph': id, tabindex: -1, class: changed.has(id) ? 'text changed' : 'text' },
        shown(text, texts),
      ),
    );
}

export function showParagraph(place: HTMLElement, id: string): void {
  const found = [...place.children].find((one) => (one as HTMLElement).dataset.paragraph === id);
  if (!(found instanceof HTMLElement)) return;
  found.scrollIntoView({ block: 'center' });
  found.focus({ preventScroll: true });
}
