/** The suggested changes, to be decided one by one or together. */

import type { Api } from './api';
import { aboutResult, leftOpen, plainText } from './aboutResult';
import { type Acts, Card, tally } from './cards';
import { announce, breathe, button, make } from './dom';
import { type EqualEdits, equalEdits } from './equalEdits';
import { FileHost } from './fileHost';
import { GroupView } from './groupView';
import type { Host, PlacedEdit } from './host';
import type { Memory } from './memory';
import type { Draft, Edit, Failure, Job } from './model';
import { type Act, type Decision, stepTo, textWith } from './parts';
import { paragraphList, showParagraph } from './reading';
import type { Texts } from './strings';
import { wishForm } from './wishForm';

const CARDS_AT_A_TIME = 8;

/** What was decided, by the places of the edits; `parts` where one paragraph has several answers. */
export type Decided = Pick<Memory, 'accepted' | 'rejected' | 'parts'>;

/** What a card is to become, or was. */
type Aim = readonly [card: Card, decisions: readonly Decision[]];

export interface Desk {
  api: Api;
  host: Host;
  texts: Texts;
  /** The title of the recipe, '' where it is not known any more. */
  title: string;
  /** Keeps what was decided, so that it is there when the pane is opened again. */
  remember(decided: Decided): void;
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
  /** What was before decisions that were made together, the latest last, so that one word takes them back. */
  private done: Aim[][] = [];
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
    const act: Acts['act'] = (...asked) => void this.act(...asked).catch((error: unknown) => desk.fail(error));
    // Where deleted text is read like the rest, a paragraph is not known any more once one of its changes is made.
    const acts: Acts = { act, canJump: host.jump !== null, canSplit: !host.readsDeletedText };
    this.cards = edits.map((edit, place) => new Card(place, edit, draft.sources, texts, acts));
    const count = this.cards.reduce((sum, card) => sum + card.decisions.length, 0);
    this.cards.reduce((first, card) => (card.number(first, count), first + card.decisions.length), 1);
    this.groups = equalEdits(edits).map((equal, number) => this.group(equal, number));
    this.heading = make('h2', { tabindex: -1 }, this.title());
    this.tracking = host.tracks ? null : (make('input', { type: 'checkbox', id: 'tracking' }) as HTMLInputElement);
    const press = (work: () => Promise<void>) => () => void work().catch((error: unknown) => desk.fail(error));
    this.acceptAllButton = button({ id: 'accept-all', appearance: 'primary', click: press(() => this.acceptAll()) },
      texts.get(this.cards.every((card) => card.isComment) ? 'keepAll' : 'acceptAll'),
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
      ...(draft.edits?.length ? [] : plainText(draft)),
      ...leftOpen(job, draft, texts, (values) => this.giveValues(values)),
      ...(edits.length ? [this.wishes()] : []),
      this.status,
      this.list,
      ...aboutResult(job, draft, texts),
      ...this.reader(),
    );
    this.count();
  }

  /** Says how many changes there are and in how many paragraphs, and comments apart; of no result, what was asked for. */
  private title(): string {
    const { texts, title } = this.desk;
    const changed = this.cards.filter((card) => card.edit.text !== undefined);
    const changes = changed.reduce((sum, card) => sum + card.decisions.length, 0);
    const comments = this.cards.length - changed.length;
    const several = changes > changed.length ? 'changesIn' : 'changes';
    const told = [
      ...(changes ? [texts.count(several, several === 'changesIn' ? changed.length : changes, { changes })] : []),
      ...(comments ? [texts.count('comments', comments)] : []),
    ];
    if (!told.length && this.draft.text && this.draft.skeleton && title) return title;
    return told.join(', ') || texts.get(this.draft.text ? 'summary' : 'noChanges');
  }

  /** Puts the cards on the page a few at a time, so that a long list never blocks the pane. */
  async fill({ accepted, rejected, parts = {} }: Decided): Promise<void> {
    for (const card of this.cards) {
      const told = parts[card.place];
      if (accepted.includes(card.place)) card.decide(card.with('accepted'));
      else if (rejected.includes(card.place)) card.decide(card.with('rejected'));
      else if (told?.length === card.decisions.length) card.decide(told);
    }
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

  private async act(card: Card, what: Act, part?: number): Promise<void> {
    this.problem.replaceChildren();
    if (what === 'accept') return this.accept([[card, card.with('accepted', part)]], part);
    if (what === 'reject') return this.reject([[card, card.with('rejected', part)]], part);
    if (what === 'undo') {
      const open = part === undefined ? card.decisions.map(() => 'open' as const) : card.with('open', part);
      if (await this.undo(card, open)) this.done = this.done.map((acts) => acts.filter(([one]) => one !== card)).filter(({ length }) => length);
      return card.focus(part === undefined ? undefined : part - 1);
    }
    if (!(await this.desk.host.jump?.(card.edit))) card.say(this.desk.texts.get('notFound'), true);
  }

  private group(equal: EqualEdits, number: number): GroupView {
    const cards = equal.places.map((place) => this.cards[place]!);
    const act = (open: Card[], what: Act): void => {
      const work = what === 'accept' ? this.accept(aims(open, 'accepted')) : this.reject(aims(open, 'rejected'));
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
      await (made.decide === 'accepted' ? this.accept(aims(cards, 'accepted')) : this.reject(aims(cards, 'rejected')));
    }
    return '';
  }

  /** Fills the document once more, as it is now, with values for places that are open. */
  private async giveValues(values: string[]): Promise<void> {
    const { api, host, fail, refined } = this.desk;
    const giving = async (): Promise<Job> => api.giveValues(this.job.id, values, await host.current?.(), crypto.randomUUID());
    await giving().then(refined).catch(fail);
  }

  /** Takes back what was decided last, or else this version. */
  private async takeBack(): Promise<string> {
    const last = this.done.at(-1);
    if (last) {
      const stuck: Aim[] = [];
      for (const aim of last) if (!(await this.undo(...aim))) stuck.push(aim);
      this.done = [...this.done.slice(0, -1), ...(stuck.length ? [stuck] : [])];
      last[0]![0].focus();
      return stuck.length ? this.desk.texts.get('undoByHand') : '';
    }
    if (!this.desk.before) return this.desk.texts.get('nothingToUndo');
    this.desk.before();
    return '';
  }

  private async acceptAll(): Promise<void> {
    const open = this.cards.filter((card) => card.decision === 'open');
    if (open.length) await this.accept(aims(open, 'accepted'));
  }

  private async accept(wanted: Aim[], part?: number): Promise<void> {
    if (this.tracking && !this.tracking.checked) {
      this.tracking.focus();
      announce(this.desk.texts.get('trackByHand'));
      return;
    }
    const free = wanted.filter(([card]) => card.decision === 'open' && !this.busy.has(card));
    if (!free.length) return;
    for (const [card] of free) {
      card.busy();
      this.busy.add(card);
    }
    const made: Aim[] = [];
    try {
      const steps = await Promise.all(free.map(([card, aim]) => stepTo(this.placed(card), card.decisions, aim)));
      const placed = await this.desk.host.accept(steps);
      for (const [card, aim] of free) {
        const result = placed.get(card.place) ?? 'refused';
        if (result !== 'made') card.skip(result);
        else {
          made.push([card, card.decisions]);
          this.decide(card, aim);
        }
      }
    } catch (error) {
      for (const [card] of free) if (!made.some(([one]) => one === card)) card.decide(card.decisions);
      throw error;
    } finally {
      this.did(made);
      for (const [card] of free) this.busy.delete(card);
      this.count();
      this.goOn(free[0]![0], part);
    }
  }

  private async reject(wanted: Aim[], part?: number): Promise<void> {
    const free = wanted.filter(([card]) => !this.busy.has(card));
    if (!free.length) return;
    this.did(free.map(([card]) => [card, card.decisions]));
    for (const [card, aim] of free) this.decide(card, aim);
    this.count();
    this.goOn(free[0]![0], part);
  }

  /** Goes back to what was decided before; false where only the person can. */
  private async undo(card: Card, before: readonly Decision[]): Promise<boolean> {
    const isLess = card.decisions.some((one, at) => one === 'accepted' && before[at] !== 'accepted');
    if (isLess) {
      const { host, texts } = this.desk;
      const now = this.placed(card);
      if (!(await host.undo({ ...now, edit: { ...now.edit, ...(now.edit.text === undefined ? {} : { text: card.text }) } }))) {
        card.say(texts.get('undoByHand'), true);
        return false;
      }
      // Word takes back a paragraph's changes together, so those that stay accepted are made again.
      const none = before.map(() => 'open' as const);
      const again = before.includes('accepted') ? await host.accept([await stepTo(now, none, before)]) : null;
      if (again && again.get(card.place) !== 'made') {
        this.decide(card, none);
        card.skip('refused');
        this.count();
        return true;
      }
    }
    this.decide(card, before);
    this.count();
    return true;
  }

  private did(before: Aim[]): void {
    if (before.length) this.done.push(before);
  }

  private placed({ place, edit }: Card): PlacedEdit {
    return { job: this.job.id, place, edit };
  }

  /** Notes and reports what is decided of a paragraph; failing to report is no error that anybody needs to see. */
  private decide(card: Card, decisions: readonly Decision[]): void {
    const wasTaken = card.decisions.includes('accepted');
    card.decide(decisions);
    const { accepted, open } = tally(decisions);
    // What was taken back does not count; a later decision does.
    if (!accepted && open && !wasTaken) return;
    const isPart = accepted > 0 && accepted < decisions.length;
    const outcome = isPart ? 'edited' : accepted ? 'accepted' : 'rejected';
    this.desk.api.outcome(this.job.id, outcome, card.place, isPart ? card.text : undefined).catch(() => undefined);
  }

  /** Goes to the next entry of the list in which something is open; when nothing is, to the heading. */
  private goOn(card: Card, part?: number): void {
    if (part !== undefined && card.decision === 'open') return card.focus(part);
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
    // What was answered before is not about what stands here now.
    this.status.textContent = '';
    for (const group of this.groups) group.refresh();
    const counts = tally(this.cards.flatMap((card) => card.decisions));
    if (this.cards.length) {
      const { texts } = this.desk;
      const kept = this.cards.filter((card) => card.isComment && card.decision === 'accepted').length;
      this.tally.textContent = [texts.get('decided', counts), ...(kept ? [texts.count('forYou', kept)] : [])].join('. ');
      announce(this.tally.textContent);
    }
    this.acceptAllButton.toggleAttribute('disabled', counts.open === 0);
    const held = counts.accepted ? 'fileAccepted' : counts.open ? 'fileOpen' : 'fileRejected';
    this.fileHelp.textContent = this.desk.texts.get(held);
    const mixed = this.cards.filter(({ decisions }) => new Set(decisions).size > 1);
    const parts = Object.fromEntries(mixed.map(({ place, decisions }) => [place, [...decisions]]));
    this.desk.remember({ accepted: this.whole('accepted'), rejected: this.whole('rejected'), parts });
  }

  private whole(decision: Decision): number[] {
    return this.cards.filter(({ decisions }) => decisions.every((one) => one === decision)).map(({ place }) => place);
  }

  /** Saves what was accepted; where nothing is yet, what is open, to be decided in Word. */
  private async download(): Promise<void> {
    const wanted = this.cards.some(({ decisions }) => decisions.includes('accepted')) ? 'accepted' : 'open';
    const kept = this.cards.filter(({ decisions }) => decisions.includes(wanted));
    const mixed = kept.filter(({ decisions }) => new Set(decisions).size > 1);
    const texts = mixed.map((card): [number, string] => {
      const held = card.decisions.map((one) => (one === wanted ? 'accepted' : 'rejected'));
      return [card.place, textWith(card.edit, held)];
    });
    this.desk.save(await this.desk.api.document(this.job.id, kept.map(({ place }) => place), Object.fromEntries(texts)));
  }

  private trackingNotice(): HTMLElement[] {
    if (!this.tracking) return [];
    const { texts } = this.desk;
    const confirm = make('label', { class: 'choice' }, this.tracking, texts.get('trackIsOn'));
    return [make('div', { class: 'bar' }, make('p', {}, texts.get('trackByHand')), confirm)];
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

/** Returns what cards become when all that is open of them is decided. */
function aims(cards: readonly Card[], decision: Decision): Aim[] {
  return cards.map((card) => [card, card.with(decision)]);
}
