/** What was read out of a mail: its summary, or what is to be done. */

import { findingList, sourceList } from './cards';
import { announce, button, make } from './dom';
import type { Draft, Item } from './model';
import type { MailTexts } from './mailStrings';

export class ReadingView {
  readonly element: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly status = make('p', { class: 'status', role: 'status' });

  constructor(
    title: string,
    private readonly draft: Draft,
    private readonly texts: MailTexts,
    back: () => void,
  ) {
    this.heading = make('h2', { tabindex: -1 }, title);
    const copy = (): void => void navigator.clipboard.writeText(this.asText()).then(() => this.say(texts.get('copied')));
    // Without one the text says why.
    const hasResult = draft.items ? draft.items.length > 0 : !draft.skeleton;
    this.element = make(
      'section',
      { class: 'result' },
      this.heading,
      ...(draft.items ? this.list(draft.items) : [make('div', { class: 'text draft' }, draft.text)]),
      ...findingList(draft.findings, texts),
      ...sourceList(draft.sources, texts),
      ...draft.notices.map((notice) => make('p', { class: 'help' }, notice)),
      make(
        'div',
        { class: 'buttons toolbar' },
        ...(hasResult ? [button({ id: 'copy', click: copy }, texts.get('copy'))] : []),
        button({ id: 'back', appearance: 'subtle', click: back }, texts.get('back')),
      ),
      this.status,
    );
  }

  focus(): void {
    this.heading.focus();
    announce(this.heading.textContent ?? '');
  }

  private list(items: readonly Item[]): Node[] {
    if (!items.length) return [make('p', {}, this.texts.say('noItems'))];
    const rows = items.map((item) => {
      const told = this.told(item);
      return make(
        'li',
        {},
        make('p', {}, item.text),
        ...(told ? [make('p', { class: 'help' }, told)] : []),
        ...(item.quote ? [make('blockquote', {}, item.quote)] : []),
      );
    });
    return [make('ul', { class: 'items' }, ...rows)];
  }

  private told({ who, due }: Item): string {
    return [who, due].filter(Boolean).join(' · ');
  }

  private asText(): string {
    const line = (item: Item): string => `- ${[item.text, this.told(item)].filter(Boolean).join(' (')}${this.told(item) ? ')' : ''}`;
    return this.draft.items ? this.draft.items.map(line).join('\n') : this.draft.text;
  }

  private say(text: string): void {
    this.status.textContent = text;
    announce(text);
  }
}
