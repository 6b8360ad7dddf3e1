/** Documents that answers may rest on: adds the open one as it is now, and lists those added before. */

import type { Api } from './api';
import { announce, button, link, make } from './dom';
import { asFailure, failureBar, wording } from './failures';
import type { Host } from './host';
import type { Given } from './model';
import type { Texts } from './strings';

export class SourcesView {
  readonly element: HTMLElement;
  private readonly problem = make('div', {});
  private readonly list = make('div', {});
  private readonly use: HTMLElement;
  private isBusy = false;
  private isListed = false;
  /** What was added and not read yet, and so is not in the server's list. */
  private waiting: Given[] = [];

  constructor(
    private readonly api: Api,
    private readonly host: Host,
    private readonly texts: Texts,
  ) {
    this.use = button({ id: 'use-source', click: () => void this.act(() => this.give()) }, texts.get('useSource'));
    this.element = make(
      'details',
      { class: 'given', id: 'given', toggle: () => void this.open() },
      make('summary', {}, texts.get('given')),
      make('p', { class: 'help' }, texts.get('givenHelp')),
      this.problem,
      this.use,
      this.list,
    );
  }

  /** Loads the list when somebody opens it: a pane that is only opened asks for nothing. */
  private async open(): Promise<void> {
    if (this.isListed || !(this.element as HTMLDetailsElement).open) return;
    this.isListed = true;
    await this.act(() => this.show());
  }

  private async give(): Promise<void> {
    const content = await this.host.content();
    const given = await this.api.give(content);
    this.waiting = [...this.waiting.filter(({ key }) => key !== given.key), given];
    await this.show();
    announce(this.texts.get('sourceUsed', { title: content.title }));
  }

  private async show(): Promise<void> {
    const listed = await this.api.given();
    const keys = new Set(listed.map(({ key }) => key));
    this.waiting = this.waiting.filter(({ key }) => !keys.has(key));
    this.fill([...listed, ...this.waiting]);
  }

  private fill(found: readonly Given[]): void {
    const nothing = make('p', { class: 'help' }, this.texts.get('nothingGiven'));
    this.list.replaceChildren(found.length ? make('ul', {}, ...found.map((one) => this.item(one))) : nothing);
  }

  private item(one: Given): HTMLElement {
    const remove = async (): Promise<void> => {
      await this.api.takeAway(one);
      this.waiting = this.waiting.filter(({ key }) => key !== one.key);
      item.remove();
      if (!this.list.querySelector('li')) this.fill([]);
      announce(this.texts.get('sourceRemoved', { title: one.title }));
      this.use.focus();
    };
    const press = button(
      {
        size: 'small',
        appearance: 'subtle',
        'aria-label': this.texts.get('removeSource', { title: one.title }),
        click: () => void this.act(remove),
      },
      this.texts.get('remove'),
    );
    const reason = one.error ? [make('p', { class: 'help bad-text' }, `${one.error.message} ${one.error.fix}`)] : [];
    const item = make('li', {}, make('div', {}, link(one.link, one.title), ...reason), press);
    return item;
  }

  /** Does one thing at a time; errors are shown above the list. */
  private async act(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.use.setAttribute('aria-disabled', 'true');
    this.problem.replaceChildren();
    try {
      await work();
    } catch (error) {
      const failure = asFailure(error);
      this.problem.replaceChildren(failureBar(failure, this.texts, null));
      announce(wording(failure, this.texts).message);
    } finally {
      this.isBusy = false;
      this.use.removeAttribute('aria-disabled');
    }
  }
}

/** Returns what a document is called and where it opens, by the address that its host gives. */
export function nameAndLink(address: string, fallback: string): { title: string; link: string } {
  const isWeb = /^https:\/\//i.test(address);
  const last = (isWeb ? (address.split(/[?#]/)[0] ?? '') : address).split(/[\\/]/).pop() ?? '';
  return { title: (isWeb ? decoded(last) : last) || fallback, link: isWeb ? address : '' };
}

/** Returns paragraphs as a file that the server reads: headings as such, every paragraph by itself. */
export function asMarkdown(paragraphs: readonly { text: string; heading_level?: number }[]): string {
  const lines = paragraphs.map(({ text, heading_level }) => {
    const line = text.replace(/\s+/g, ' ').trim();
    return heading_level ? `${'#'.repeat(Math.min(6, heading_level))} ${line}` : line;
  });
  return `${lines.join('\n\n')}\n`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
