/** Questions to the sources that the person may read: answers with passages that open, and questions after them. */

import type { Api } from './api';
import type { Screens } from './app';
import { announce, button, link, make } from './dom';
import { asFailure, failureBar } from './failures';
import type { Host } from './host';
import { Failure, type Draft, type Job, type Passage, type Person, type Source } from './model';
import type { Texts } from './strings';
import { ended } from './watching';

const CITED = / ?\[(\d{1,4})\]/g;

/** Where an answer can be put, as a host has it, and who will read what is put there, as far as that is known. */
export type Place = Pick<Host, 'insert'> & { recipients?(): Promise<{ owner: Person; to: Person[] }> };

/** What can be asked instead of the sources: what the person has open. */
export interface AskedHere {
  here: string;
  ask(question: string, follows: string, key: string): Promise<Job>;
  /** Shows words in their place; false when they are gone. Null where the program cannot do it. */
  find: ((quote: string) => Promise<boolean>) | null;
}

export class AskView {
  readonly element: HTMLElement;
  private readonly list = make('div', { class: 'exchanges' });
  private readonly problem = make('div', {});
  private readonly question: HTMLTextAreaElement;
  private readonly label: HTMLElement;
  private readonly go: HTMLElement;
  private readonly anew: HTMLElement;
  /** The question before, whose subject the next one keeps. */
  private before = '';
  private isBusy = false;
  private screens: Screens | null = null;
  private isHere: boolean;

  constructor(
    private readonly api: Api,
    private readonly host: Place,
    private readonly texts: Texts,
    private readonly asked: AskedHere | null = null,
  ) {
    this.isHere = asked !== null;
    this.question = make('textarea', { id: 'question', rows: 2, maxlength: 500 }) as HTMLTextAreaElement;
    this.label = make('label', { for: 'question' }, texts.get('yourQuestion'));
    this.go = button({ id: 'ask', appearance: 'primary', click: () => void this.ask() }, texts.get('ask'));
    this.anew = button({ id: 'ask-anew', appearance: 'subtle', hidden: true, click: () => this.forget() }, texts.get('askAnew'));
    // It is inside the form of the first screen, which it must not submit.
    this.question.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.ask();
    });
    this.element = make(
      'details',
      { class: 'given', id: 'asking', open: asked !== null && asked.find === null },
      make('summary', {}, texts.get(asked?.find ? 'askTitle' : 'askSources')),
      make('p', { class: 'help' }, texts.get(asked?.find ? 'askTitleHelp' : 'askHelp')),
      this.list,
      this.problem,
      ...(asked ? [this.whereToLook(asked)] : []),
      make('div', { class: 'field' }, this.label, this.question),
      make('div', { class: 'buttons' }, this.go, this.anew),
    );
  }

  /** Sets where another access token is asked for. */
  on(screens: Screens): HTMLElement {
    this.screens = screens;
    return this.element;
  }

  private async ask(): Promise<void> {
    const question = this.question.value.trim();
    if (this.isBusy || !question) return this.question.focus();
    this.isBusy = true;
    this.go.setAttribute('aria-disabled', 'true');
    this.problem.replaceChildren();
    announce(this.texts.get('working'));
    const waiting = make('p', { class: 'help' }, this.texts.get('working'));
    this.list.append(waiting);
    try {
      const key = crypto.randomUUID();
      const here = this.isHere ? this.asked : null;
      const asked = here ?? this.api;
      const job = await ended(this.api, await asked.ask(question, this.before, key));
      if (job.error) throw Failure.of(job.error);
      this.show(question, job, here?.find ?? null);
    } catch (error) {
      const failure = asFailure(error);
      const bar = failureBar(failure, this.texts, null);
      this.problem.replaceChildren(bar);
      if (failure.code === 'token' && this.screens) this.screens.askToken(() => this.goOn());
      else bar.focus();
    } finally {
      waiting.remove();
      this.isBusy = false;
      this.go.removeAttribute('aria-disabled');
    }
  }

  /** Goes back to the question once there is a token. */
  private goOn(): void {
    this.problem.replaceChildren();
    this.screens?.back();
    this.question.focus();
  }

  private show(question: string, job: Job, find: AskedHere['find']): void {
    if (!job.draft) return;
    const exchange = new Exchange(question, job, job.draft, this.api, this.host, this.texts, find);
    this.list.append(exchange.element);
    this.before = job.id;
    this.question.value = '';
    this.label.textContent = this.texts.get('askFurther');
    this.anew.hidden = false;
    exchange.focus();
  }

  private whereToLook(asked: AskedHere): HTMLElement {
    const choice = (id: string, text: string, isHere: boolean): HTMLElement => {
      const change = (): void => {
        // A question about something else does not follow the one before.
        this.before = '';
        this.isHere = isHere;
      };
      const radio = make('input', { type: 'radio', name: 'ask-where', id, checked: isHere === this.isHere, change });
      return make('label', { for: id, class: 'choice' }, radio, text);
    };
    return make(
      'fieldset',
      {},
      make('legend', {}, this.texts.get('askLegend')),
      choice('ask-here', asked.here, true),
      choice('ask-sources', this.texts.get('askOrganisation'), false),
    );
  }

  private forget(): void {
    this.before = '';
    this.list.replaceChildren();
    this.problem.replaceChildren();
    this.label.textContent = this.texts.get('yourQuestion');
    this.anew.hidden = true;
    this.question.focus();
  }
}

/** A question and its answer. */
class Exchange {
  readonly element: HTMLElement;
  private readonly heading: HTMLElement;
  private readonly opened = make('div', {});
  private readonly status = make('p', { class: 'status' });
  private readonly remarks = make('div', { class: 'remarks', role: 'status' });

  constructor(
    question: string,
    private readonly job: Job,
    private readonly draft: Draft,
    private readonly api: Api,
    private readonly host: Place,
    private readonly texts: Texts,
    private readonly find: AskedHere['find'],
  ) {
    this.heading = make('h3', { tabindex: -1 }, question);
    const notFound = draft.sources.some(({ quote }) => quote) ? 'noSureAnswer' : 'noAnswer';
    const notes = [...draft.notices, ...draft.findings.map(({ sentence }) => sentence)];
    this.element = make(
      'section',
      { class: 'exchange' },
      this.heading,
      ...(draft.skeleton ? [make('p', { class: 'not-found' }, texts.get(notFound))] : []),
      ...this.lines(),
      ...this.sources(),
      ...notes.map((note) => make('p', { class: 'help' }, note)),
      this.remarks,
      // "You are welcome" rests on nothing, and is nothing to use.
      ...(draft.skeleton || !draft.sources.length ? [] : [this.use()]),
      this.status,
      this.opened,
    );
    if (!draft.skeleton) void this.remark();
  }

  /** Says what the recipients of the mail may not read; the sender decides. */
  private async remark(): Promise<void> {
    if (!this.host.recipients || !this.draft.sources.length) return;
    let said: string[];
    try {
      const { owner, to } = await this.host.recipients();
      said = to.length ? await this.api.remarks(this.job.id, owner, to) : [];
    } catch (error) {
      console.warn(error);
      said = [this.texts.get('readersUnknown')];
    }
    this.remarks.replaceChildren(...said.map((one) => make('p', { class: 'remark' }, one)));
  }

  focus(): void {
    this.heading.focus();
    announce(`${this.heading.textContent ?? ''} ${this.draft.text}`);
  }

  private lines(): Node[] {
    const shown: HTMLElement[] = [];
    for (const line of this.draft.text.split('\n').filter((one) => one.trim())) {
      const parts = this.parts(line.replace(/^- /, ''));
      if (!line.startsWith('- ')) shown.push(make('p', { class: 'text' }, ...parts));
      else if (shown.at(-1)?.tagName === 'UL') shown.at(-1)!.append(make('li', {}, ...parts));
      else shown.push(make('ul', {}, make('li', {}, ...parts)));
    }
    return shown;
  }

  /** Returns a line with its citations as buttons. */
  private parts(line: string): Node[] {
    const found: Node[] = [];
    let at = 0;
    for (const mark of line.matchAll(CITED)) {
      const source = this.draft.sources.find(({ number }) => number === Number(mark[1]));
      if (!source) continue;
      found.push(document.createTextNode(`${line.slice(at, mark.index)}\u00a0`), this.citation(source, `[${source.number}]`));
      at = mark.index + mark[0].length;
    }
    return [...found, document.createTextNode(line.slice(at))];
  }

  private citation(source: Source, text: string): HTMLElement {
    const named = this.texts.get('openPassage', { number: source.number });
    const open = (): void => void this.open(source);
    return make('button', { type: 'button', class: 'cite', 'aria-label': `${named}: ${source.title}`, click: open }, text);
  }

  private sources(): Node[] {
    const { skeleton, text, sources } = this.draft;
    // Where nothing is sure, the text is itself the list of the nearest places, each with its number.
    if (skeleton && sources.every(({ number, quote }) => quote && text.includes(`[${number}]`))) return [];
    const numbers = [...new Set(this.draft.sources.map(({ number }) => number))].sort((one, other) => one - other);
    const rows = numbers.map((number) => {
      const source = this.draft.sources.find((one) => one.number === number)!;
      const date = source.date ? ` (${source.date})` : '';
      return make('li', {}, this.citation(source, `[${number}] ${source.title}`), date);
    });
    if (!rows.length) return [];
    const title = this.texts.get(this.draft.skeleton ? 'nearestPlaces' : 'sources');
    return [make('h4', {}, title), make('ul', { class: 'sources' }, ...rows)];
  }

  /** Shows what is cited, as the person may read it now. */
  private async open(source: Source): Promise<void> {
    try {
      if (this.find && source.quote) {
        this.opened.replaceChildren();
        if (await this.find(source.quote)) return;
        this.say(this.texts.get('notThere'));
      }
      if (source.place === '') return this.openQuote(source);
      const passage = await this.api.passage(this.job.id, source.number);
      const shown = this.passage(passage);
      this.opened.replaceChildren(shown);
      shown.focus();
    } catch (error) {
      const bar = failureBar(asFailure(error), this.texts, null);
      this.opened.replaceChildren(bar);
      bar.focus();
    }
  }

  /** What came with the question is not kept: its quote is all there is. */
  private openQuote({ number, title, link: address, quote, date = '' }: Source): void {
    const parts = [{ text: quote, cited: true }];
    const shown = this.passage({ number, title, link: address, date, before: '', parts, after: '', has_changed: false });
    this.opened.replaceChildren(shown);
    shown.focus();
  }

  private passage(passage: Passage): HTMLElement {
    const parts = passage.parts.map(({ text, cited }) => (cited ? make('mark', {}, text) : text));
    const beside = (text: string): Node[] => (text ? [make('p', { class: 'text help' }, text)] : []);
    return make(
      'section',
      { class: 'passage', tabindex: -1, 'aria-label': passage.title },
      make('h4', {}, `[${passage.number}] `, link(passage.link, passage.title)),
      ...(passage.has_changed ? [make('p', {}, this.texts.get('passageChanged'))] : []),
      ...beside(passage.before),
      make('p', { class: 'text' }, ...parts),
      ...beside(passage.after),
    );
  }

  /** Puts the answer into the document as the person's own change, or where there is none, on the clipboard. */
  private use(): HTMLElement {
    const { host, texts } = this;
    const insert = host.insert;
    const work = insert
      ? async (): Promise<void> => insert.call(host, this.asText())
      : (): Promise<void> => navigator.clipboard.writeText(this.asText());
    const done = texts.get(insert ? 'answerInserted' : 'answerCopied');
    const press = (): void =>
      void work().then(
        () => {
          this.say(done);
          // The recipients may have changed since.
          void this.remark();
        },
        (error: unknown) => this.opened.replaceChildren(failureBar(asFailure(error), texts, null)),
      );
    return button({ size: 'small', class: 'use-answer', click: press }, texts.get(insert ? 'insertAnswer' : 'copyAnswer'));
  }

  private say(text: string): void {
    this.status.textContent = text;
    announce(text);
  }

  /** Returns the answer with the names of its sources in place of their numbers. */
  private asText(): string {
    return withNames(this.draft.text, this.draft.sources);
  }
}

export function withNames(text: string, sources: readonly Source[]): string {
  return text.replace(CITED, (mark, number: string) => {
    const source = sources.find((one) => one.number === Number(number));
    return source ? ` (${source.title})` : mark;
  });
}
