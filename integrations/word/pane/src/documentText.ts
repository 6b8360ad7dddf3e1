/** A document's words as the pane shows them. */

import { make } from './dom';
import type { Texts } from './strings';

// What the server and Word have in place of what cannot be written as text; a field begins with two.
const ATOM = /[\ufffc\u0002]+/;
const OBJECT_SIGN = '◦';

/** Returns a document's text with a small sign where a note, picture, field or formula stands, which says so. */
export function shown(text: string, texts: Texts): Node {
  const all = document.createDocumentFragment();
  const named = texts.get('object');
  text.split(ATOM).forEach((part, at) => {
    if (at) all.append(make('span', { class: 'object', role: 'img', title: named, 'aria-label': named }, OBJECT_SIGN));
    all.append(part);
  });
  return all;
}

/** Returns words that go or come, which a screen reader says, too. */
export function changed(kind: 'deleted' | 'inserted', text: string, texts: Texts): Node {
  const spoken = make('span', { class: 'unseen' }, ` ${texts.get(kind)} `);
  return make(kind === 'deleted' ? 'del' : 'ins', {}, spoken, shown(text, texts));
}
