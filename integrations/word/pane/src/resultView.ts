/** The suggested changes, to be decided one by one or together. */

import type { Api } from './api';
import { type Act, type Acts, Card, findingList, sourceList } from './cards';
import { announce, breathe, button, make } from './dom';
import { piecesOf } from './draftText';
import { type EqualEdits, equalEdits } from './equalEdits';
import { FileHost } from './fileHost';
import { GroupView } from './groupView';
import type { Host, PlacedEdit } from './host';
import type { Draft, Edit, Failure, Gap, Job, Outcome } from './model';
import { paragraphList, showParagraph } from './reading';
import type { Texts } from './strings';
import { wishForm } from './wishForm';

const CARDS_AT_A_TIME = 8;

export interface Desk {
  api: Api;
  host: Host;
  texts: Texts;
  /** Keeps what was decided, so that it is there when the pane is opened again. */
  remember(accepted: number[], rejected: number[]): void;
  fail(error: unknown): void;
  restart(): void;
  save(blob: Blob): void;
  /** Shows the version that was made of the open changes. */
  refined(job: Job): Promise<void>;
  /** Goes back to the version before; null where this is the first. */
  before: (() => void) | null;
}

export class ResultView {
  readonly element: HTMLElement;
  private readonly cards: Card[];
  private readonly groups: GroupView[];
  /** The group that a card is in. */
  private readonly groupOf = new Map<Card, GroupView>();
  private readonly list = make('ol', { class: 'cards' });
  private readonly tally = make('p', { class: 'tally', id: 'tally' });
  private readonly heading: HTMLElement;
  private readonly problem = make('div', {});
  private readonly status = make('p', { class: 'status', role: 'status' });
  private readonly fileHelp = make('p', { class: 'help', id: 'download-help' });
  /** Decisions made together, the latest last, so that one word takes them back. */
  private done: Card[][] = [];
  /** What Word is working on. */
  private readonly busy = new Set<Card>();
  private readonly acceptAllButton: HTMLElement;
  private readonly tracking: HTMLInputElement | null;

  constructor(
    private readonly job: Job,
    private readonly draft: Draft,
    private readonly desk: Desk,
  ) {
    const { texts, host } = desk;
    const edits = draft.edits ?? [];
    const act = (card: Card, what: Act): void => void this.act(card, what).catch((error: unknown) => desk.fail(error));
    const acts: Acts = { act, canJump: host.jump !== null };
    this.cards = edits.map((edit, place) => new Card(place, edit, edits.length, draft.sources, texts, acts));
    this.groups = equalEdits(edits).map((equal, number) => this.group(equal, number));
    const title = edits.length === 1 ? texts.get('changes_one') : texts.get('changes_many', { count: edits.length });
    this.heading = make('h2', { tabindex: -1 }, edits.length ? title : texts.get(draft.text ? 'summary' : 'noChanges'));
    this.tracking = host.tracks ? null : (make('input', { type: 'checkbox', id: 'tracking' }) as HTMLInputElement);
    const press = (work: () => Promise<void>) => () => void work().catch((error: unknown) => desk.fail(error));
    this.acceptAllButton = button({ id: 'accept-all', appearance: 'primary', click: press(() => this.acceptAll()) },
      texts.get('acceptAll'),
    );
    const buttons = [
      ...(edits.length ? [this.acceptAllButton] : []),
      ...(host.kind === 'file' && edits.length
        ? [button({ id: 'download', 'aria-describedby': 'download-help', click: press(() => this.download()) }, texts.get('download'))]
        : []),
      button({ id: 'restart', appearance: 'subtle', click: () => desk.restart() }, texts.get('restart')),
    ];
    this.element = make(
      'section',
      { class: 'result' },
      this.heading,
      this.tally,
      this.problem,
      ...(job.state === 'cancelled' ? [make('div', { class: 'bar', role: 'status' }, draft.notices.join(' '))] : []),
      ...this.trackingNotice(),
      make('div', { class: 'buttons toolbar' }, ...buttons),
      ...(host.kind === 'file' && edits.length ? [this.fileHelp] : []),
      ...this.plainText(),
      ...(edits.length ? [this.wishes()] : []),
      this.status,
      this.list,
      ...this.about(),
      ...this.reader(),
    );
    this.count();
  }

  /** Puts the cards on the page a few at a time, so that a long list never blocks the pane. */
  async fill(accepted: readonly number[], rejected: readonly number[]): Promise<void> {
    for (const place of accepted) this.cards[place]?.decide('accepted');
    for (const place of rejected) this.cards[place]?.decide('rejected');
    this.count();
    const entries = [...new Set(this.cards.map((card) => this.groupOf.get(card) ?? card))];
    for (let at = 0; at < entries.length; at += CARDS_AT_A_TIME) {
      this.list.append(...entries.slice(at, at + CARDS_AT_A_TIME).map(({ element }) => element));
      await breathe();
    }
  }

  focus(): void {
    this.heading.focus();
    announce(this.heading.textContent ?? '');
  }

  fail(bar: (failure: Failure) => HTMLElement, failure: Failure): void {
    const shown = bar(failure);
    this.problem.replaceChildren(shown);
    shown.focus();
  }

  private async act(card: Card, what: Act): Promise<void> {
    this.problem.replaceChildren();
    if (what === 'accept') return this.accept([card]);
    if (what === 'reject') return this.reject(card);
    if (what === 'undo') return this.undo(card);
    if (!(await this.desk.host.jump?.(card.edit))) card.say(this.desk.texts.get('notFound'), true);
  }

  private group(equal: EqualEdits, number: number): GroupView {
    const cards = equal.places.map((place) => this.cards[place]!);
    const act = (open: Card[], what: Act): void => {
      const work = what === 'accept' ? this.accept(open) : this.rejectAll(open);
      work.catch((error: unknown) => this.desk.fail(error));
    };
    const made = new GroupView(number, equal, cards, this.desk.texts, act);
    for (const card of cards) this.groupOf.set(card, made);
    return made;
  }

  /** A line to say what to do with the open changes, or how they should read. */
  private wishes(): HTMLElement {
    const said = (answer: string): void => {
      this.status.textContent = answer;
      announce(answer);
    };
    const { desk } = this;
    const refining = { refine: (wish: string) => this.refine(wish), canUndo: desk.before !== null, canRedo: false, before: desk.before ?? undefined, canWrite: desk.api.canWrite };
    return wishForm(desk.texts, refining, said, (error) => desk.fail(error), ['wishCards', 'wishCardsHelp', 'doIt']);
  }

  private async refine(wish: string): Promise<string> {
    const { api, texts } = this.desk;
    this.problem.replaceChildren();
    const open = this.cards.filter((card) => card.decision === 'open');
    announce(texts.get('working'));
    const made = await api.refine(this.job.id, wish, crypto.randomUUID(), open.map((card) => card.place));
    if ('answer' in made) return made.answer;
    if ('id' in made) await this.desk.refined(made);
    else if (made.decide === 'undo') return this.takeBack();
    else {
      // Some may have been decided by hand while the answer was on its way.
      const cards = made.edits.map((place) => this.cards[Number(place)]!).filter((card) => card.decision === 'open');
      if (!cards.length) return this.tally.textContent ?? '';
      await (made.decide === 'accepted' ? this.accept(cards) : this.rejectAll(cards));
    }
    return '';
  }

  /** Takes back what was decided last, or else this version. */
  private async takeBack(): Promise<string> {
    const last = this.done.at(-1);
    if (last) {
      for (const card of [...last]) await this.undo(card);
      return last.some((card) => card.decision !== 'open') ? this.desk.texts.get('undoByHand') : '';
    }
    if (!this.desk.before) return this.desk.texts.get('nothingToUndo');
    this.desk.before();
    return '';
  }

  private async acceptAll(): Promise<void> {
    const open = this.cards.filter((card) => card.decision === 'open');
    if (open.length) await this.accept(open);
  }

  private async accept(wanted: Card[]): Promise<void> {
    if (this.tracking && !this.tracking.checked) {
      this.tracking.focus();
      announce(this.desk.texts.get('trackByHand'));
      return;
    }
    const cards = wanted.filter((card) => card.decision === 'open' && !this.busy.has(card));
    if (!cards.length) return;
    for (const card of cards) {
      card.busy();
      this.busy.add(card);
    }
    try {
      const placed = await this.desk.host.accept(cards.map((card) => this.placed(card)));
      for (const card of cards) {
        const result = placed.get(card.place) ?? 'refused';
        if (result === 'made') this.decided(card, 'accepted');
        else card.skip(result);
      }
      this.did(cards.filter((card) => card.decision === 'accepted'));
    } catch (error) {
      for (const card of cards) if (card.decision === 'open') card.decide('open');
      throw error;
    } finally {
      for (const card of cards) this.busy.delete(card);
      this.count();
      this.goOn(cards[0]!);
    }
  }

  private reject(card: Card): void {
    this.did([card]);
    this.decided(card, 'rejected');
    this.count();
    this.goOn(card);
  }

  private async rejectAll(wanted: Card[]): Promise<void> {
    const cards = wanted.filter((card) => !this.busy.has(card));
    if (!cards.length) return;
    this.did(cards);
    for (const card of cards) this.decided(card, 'rejected');
    this.count();
    this.goOn(cards[0]!);
  }

  private async undo(card: Card): Promise<void> {
    if (card.decision === 'accepted') {
      if (!(await this.desk.host.undo(this.placed(card)))) {
        card.say(this.desk.texts.get('undoByHand'), true);
        return;
      }
      // What was taken back does not count; a later decision does.
      this.send(card, 'rejected');
    }
    this.done = this.done.map((cards) => cards.filter((one) => one !== card)).filter(({ length }) => length);
    card.decide('open');
    this.count();
    card.focus();
  }

  private did(cards: Card[]): void {
    if (cards.length) this.done.push(cards);
  }

  private placed({ place, edit }: Card): PlacedEdit {
    return { job: this.job.id, place, edit };
  }

  private decided(card: Card, outcome: Outcome): void {
    card.decide(outcome);
    this.send(card, outcome);
  }

  /** Reports the outcome; failing to is no error that anybody needs to see. */
  private send(card: Card, outcome: Outcome): void {
    this.desk.api.outcome(this.job.id, outcome, card.place).catch(() => undefined);
  }

  /** Goes to the next entry of the list in which something is open; when nothing is, to the heading. */
  private goOn(card: Card): void {
    const next = this.cards.slice(card.place + 1).find((one) => one.decision === 'open');
    if (next) this.entryOf(next).focus();
    else if (this.cards.some((one) => one.decision === 'open')) this.entryOf(card).focus();
    else this.heading.focus();
  }

  /** Returns a card, or its group where that is closed. */
  private entryOf(card: Card): Card | GroupView {
    const group = this.groupOf.get(card);
    return group && !group.isOpen ? group : card;
  }

  private count(): void {
    const [accepted, rejected, open] = [this.places('accepted'), this.places('rejected'), this.places('open')];
    for (const group of this.groups) group.refresh();
    if (this.cards.length) {
      this.tally.textContent = this.desk.texts.get('decided', {
        accepted: accepted.length,
        rejected: rejected.length,
        open: open.length,
      });
      announce(this.tally.textContent);
    }
    this.acceptAllButton.toggleAttribute('disabled', open.length === 0);
    const held = accepted.length ? 'fileAccepted' : open.length ? 'fileOpen' : 'fileRejected';
    this.fileHelp.textContent = this.desk.texts.get(held);
    this.desk.remember(accepted, rejected);
  }

  private places(decision: Card['decision']): number[] {
    return this.cards.filter((card) => card.decision === decision).map((card) => card.place);
  }

  /** Saves what was accepted; where nothing is yet, what is open, to be decided in Word. */
  private async download(): Promise<void> {
    const accepted = this.places('accepted');
    this.desk.save(await this.desk.api.document(this.job.id, accepted.length ? accepted : this.places('open')));
  }

  private trackingNotice(): HTMLElement[] {
    if (!this.tracking) return [];
    const { texts } = this.desk;
    const confirm = make('label', { class: 'choice' }, this.tracking, texts.get('trackIsOn'));
    return [make('div', { class: 'bar' }, make('p', {}, texts.get('trackByHand')), confirm)];
  }

  private plainText(): HTMLElement[] {
    if (this.cards.length || !this.draft.text) return [];
    const gaps = this.draft.gaps ?? [];
    // What stays open is told by what may stand there, not by the marks that a program reads.
    const open = ({ question, choices }: Gap): string => (choices.length ? `${choices.join(' / ')}?` : `${question}?`);
    const parts = piecesOf(this.draft.text, gaps, []).map(({ text, gap }) =>
      gap === undefined ? text : make('mark', { class: 'gap' }, open(gaps[gap]!)),
    );
    return [make('p', { class: 'text new' }, ...parts)];
  }

  private about(): HTMLElement[] {
    const { texts } = this.desk;
    const shown = new Set(this.cards.flatMap((card) => card.edit.findings.map((finding) => finding.sentence)));
    const findings = this.draft.findings.filter((finding) => !shown.has(finding.sentence));
    const told = this.job.state === 'cancelled' ? [] : this.draft.notices;
    const notices = told.map((notice) => make('li', {}, notice));
    const inner = [
      ...(notices.length ? [make('ul', { class: 'notices' }, ...notices)] : []),
      ...findingList(findings, texts),
      ...sourceList(this.draft.sources, texts),
    ];
    if (!inner.length) return [];
    // A text has no cards that would show where its parts are from.
    const opened = !this.cards.length && this.draft.sources.length ? { open: true } : {};
    return [make('details', { class: 'about', ...opened }, make('summary', {}, texts.get('about')), ...inner)];
  }

  /** Outside of Word the document's text can be read in the page, which is where Jump to leads. */
  private reader(): HTMLElement[] {
    const { host, texts, api } = this.desk;
    if (!(host instanceof FileHost) || !this.cards.length) return [];
    const place = make('div', { class: 'reading' });
    const details = make('details', { id: 'reader' }, make('summary', {}, texts.get('readDocument')), place);
    let loaded: Promise<void> | null = null;
    const load = (): Promise<void> => {
      loaded ??= api.paragraphs(this.job.id).then((paragraphs) => {
        const changed = new Set(this.cards.map((card) => card.edit.id));
        place.replaceChildren(...paragraphList(paragraphs, changed, texts));
      });
      return loaded;
    };
    details.addEventListener('toggle', () => {
      if (details.hasAttribute('open')) load().catch((error: unknown) => this.desk.fail(error));
    });
    host.show = (edit: Edit) => {
      details.setAttribute('open', '');
      load()
        .then(() => showParagraph(place, edit.id))
        .catch((error: unknown) => this.desk.fail(error));
      return true;
    };
    return [details];
  }
}
