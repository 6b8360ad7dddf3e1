/** The open document in Word, by office.js. Every call beyond WordApi 1.3 is checked for first, and has a fallback. */

import type { Api, Asked } from './api';
import type { Host, OpenDocument, Place, Placed, PlacedEdit, Scope } from './host';
import { type Content, type Edit, Failure, type Job, type Paragraph } from './model';
import { asMarkdown, nameAndLink } from './sourcesView';
import { headOf, insertBehind, placeIn, showWords } from './wordCursor';
import { type Abilities, abilitiesOf } from './wordAbilities';
import { remarksOf } from './wordComments';
import { type Known, nameIn, nameOf, Paragraphs } from './wordParagraphs';
import { stages } from './wordPlaces';
import { keyOf, Plan, remarkOf, TRACKED } from './wordPlan';
import { BODY_LEVEL, sectionOf } from './wordSections';
import { cellsOf } from './wordTables';

const SETTING = 'inlaid.job';
const EDITS_AT_A_TIME = 25;
// What is told of the place of the cursor.
const AROUND_PARAGRAPHS = 30;
const OUTSIDE = new Set<string>(['Before', 'After', 'AdjacentBefore', 'AdjacentAfter', 'Unrelated']);

/** What an accepted edit made in the document, to take back exactly that. */
interface Made {
  changes: Set<string>;
  comments: string[];
}

export class WordHost implements Host {
  readonly kind = 'word';
  readonly scopes: readonly Scope[] = ['selection', 'section', 'document'];
  readonly tracks: boolean;
  readonly readsDeletedText: boolean;
  readonly current: (() => Promise<Paragraph[]>) | null;
  private readonly can: Abilities;
  private readonly paragraphs: Paragraphs;
  private readonly made = new Map<string, Made>();
  /** The tracked changes that were there before an edit was tried. */
  private readonly earlier = new Map<string, Set<string>>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(isSupported: (version: string, set?: string) => boolean) {
    this.can = abilitiesOf(isSupported);
    this.tracks = this.can.reviews;
    this.readsDeletedText = !this.can.reviews;
    this.current = this.readsDeletedText ? null : () => this.read('document');
    this.paragraphs = new Paragraphs(this.can);
  }

  async submit(api: Api, asked: Asked, scope: Scope, key: string): Promise<Job> {
    const paragraphs = await this.read(scope);
    if (paragraphs.length === 0) throw new Failure('empty', '');
    return api.createJob(asked, paragraphs, key);
  }

  async content(): Promise<Content> {
    const paragraphs = await this.read('document');
    if (paragraphs.length === 0) throw new Failure('empty', '');
    const { title, link } = nameAndLink(Office.context.document.url ?? '', 'Word');
    const file = new Blob([asMarkdown(paragraphs)], { type: 'text/markdown' });
    return { file, name: 'document.md', title, link };
  }

  accept(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    return this.alone(async () => {
      const results = new Map<number, Placed>();
      for (const placed of edits) {
        this.earlier.delete(keyOfEdit(placed));
        if (!placed.isFurther) this.made.delete(keyOfEdit(placed));
      }
      for (let at = 0; at < edits.length; at += EDITS_AT_A_TIME) {
        const part = edits.slice(at, at + EDITS_AT_A_TIME);
        for (const [place, placed] of await this.acceptSome(part)) results.set(place, placed);
      }
      return results;
    });
  }

  undo(placed: PlacedEdit): Promise<boolean> {
    return this.alone(async () => {
      const { edit } = placed;
      const made = this.made.get(keyOfEdit(placed));
      const isRemark = edit.text === undefined;
      if (!made || !this.can.reviews || !(isRemark || this.can.ids)) return false;
      return Word.run(async (context) => {
        const comments = context.document.body.getComments();
        comments.load('items/id');
        const tracked = isRemark ? null : await this.trackedOf(context, edit);
        await context.sync();
        const found = (tracked?.items ?? []).filter((change) => made.changes.has(keyOf(change)));
        if (!isRemark && found.length === 0) return false;
        found.forEach((change) => change.reject());
        comments.items.filter(({ id }) => made.comments.includes(id)).forEach((comment) => comment.delete());
        await context.sync();
        this.made.delete(keyOfEdit(placed));
        return true;
      });
    });
  }

  readonly insert = (text: string): Promise<void> => this.alone(() => this.tracked((context) => insertBehind(context, this.paragraphs, text)));

  readonly open: OpenDocument = {
    paragraphs: async () => {
      const paragraphs = await this.read('document');
      if (paragraphs.length === 0) throw new Failure('empty', '');
      return paragraphs;
    },
    around: () => this.around(),
    find: (quote) =>
      this.alone(() =>
        Word.run(async (context) => {
          const { proxies, hasDeletions } = await this.paragraphs.list(context, '', true);
          return showWords(context, await this.paragraphs.known(context, proxies, hasDeletions), quote);
        }),
      ),
    insert: (text) => this.insert(text),
  };

  readonly jump = (edit: Edit): Promise<boolean> =>
    this.alone(() =>
      Word.run(async (context) => {
        const found = (await this.paragraphs.find(context, [edit])).get(edit);
        if (!found) return false;
        found.proxy.select();
        await context.sync();
        return true;
      }),
    );

  async remember(text: string): Promise<void> {
    const { settings } = Office.context.document;
    if (text) settings.set(SETTING, text);
    else settings.remove(SETTING);
    await new Promise<void>((resolve) => settings.saveAsync(() => resolve()));
  }

  recall(): string {
    return (Office.context.document.settings.get(SETTING) as string | null) ?? '';
  }

  /** Returns the paragraphs of the scope that hold text. Where nothing is selected, the selection is the document. */
  private read(asked: Scope): Promise<Paragraph[]> {
    return this.alone(() =>
      Word.run(async (context) => {
        const scope = asked === 'selection' && (await isNothingSelected(context)) ? 'document' : asked;
        const selected = context.document.getSelection().paragraphs;
        selected.load(this.can.ids ? 'items/uniqueLocalId' : 'items/text');
        const { proxies, hasDeletions, inBody } = await this.paragraphs.list(context, 'items/outlineLevel,items/tableNestingLevel', scope === 'document');
        const levels = proxies.map((one, at) => (at < inBody && one.outlineLevel) || BODY_LEVEL);
        let [first, last] = [0, proxies.length];
        if (scope !== 'document') {
          [first, last] = await this.selectedPart(context, proxies, selected.items);
          if (scope === 'section') [first, last] = sectionOf(levels, first);
        }
        const known = await this.paragraphs.known(context, proxies, hasDeletions, first, last);
        const cells = await cellsOf(context, known.map(({ proxy }) => proxy));
        const cellOf = new Map(known.map((one, at) => [one, cells[at]]));
        const remarks = this.can.ids ? await remarksOf(context) : new Map<string, [string, string][]>();
        // Text outside the body is under none of its headings, so it comes first.
        return [...known.filter(({ at }) => at >= inBody), ...known.filter(({ at }) => at < inBody)]
          .filter(({ text }) => text.trim() !== '')
          .map((one) => {
            const level = levels[one.at]!;
            const said = remarks.get(one.guid);
            const paragraph = { id: nameOf(nameIn(one, inBody)), hash: one.hash, text: one.text, ...cellOf.get(one), ...(said ? { remarks: said } : {}) };
            return level < BODY_LEVEL ? { ...paragraph, heading_level: level } : paragraph;
          });
      }),
    );
  }

  private around(): Promise<Place> {
    return this.alone(() =>
      Word.run(async (context) => {
        const selection = context.document.getSelection();
        const selected = selection.paragraphs;
        selected.load(this.can.ids ? 'items/uniqueLocalId' : 'items/text');
        const { proxies, hasDeletions } = await this.paragraphs.list(context, 'items/outlineLevel');
        const [, last] = await this.selectedPart(context, proxies, selected.items);
        const levels = proxies.map((one) => one.outlineLevel || BODY_LEVEL);
        const [first] = sectionOf(levels, Math.max(0, last - 1));
        const from = Math.max(first, last - AROUND_PARAGRAPHS);
        const known = await this.paragraphs.known(context, proxies, hasDeletions, from, last + AROUND_PARAGRAPHS);
        const heading = from > first ? await this.paragraphs.known(context, proxies, hasDeletions, first, first + 1) : [];
        return placeIn([...heading, ...known], levels, last - 1, await headOf(context, this.paragraphs, selection));
      }),
    );
  }

  /** Returns where the selection begins and ends among all paragraphs. */
  private async selectedPart(
    context: Word.RequestContext,
    all: Word.Paragraph[],
    selected: Word.Paragraph[],
  ): Promise<[number, number]> {
    let chosen: boolean[];
    if (this.can.ids) {
      const ids = new Set(selected.map((one) => one.uniqueLocalId));
      chosen = all.map((one) => ids.has(one.uniqueLocalId));
    } else {
      const selection = context.document.getSelection();
      const places = all.map((one) => selection.compareLocationWith(one.getRange('Whole')));
      await context.sync();
      chosen = places.map((place) => !OUTSIDE.has(place.value));
    }
    return [Math.max(0, chosen.indexOf(true)), chosen.lastIndexOf(true) + 1];
  }

  private async acceptSome(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    try {
      return await this.tracked((context) => this.make(context, edits));
    } catch (error) {
      console.warn(error);
    }
    // Word stopped at one of them without saying which, and may have made the change it complains of (office-js #6760).
    const results = new Map<number, Placed>();
    for (const edit of edits) results.set(edit.place, await this.acceptAlone(edit));
    return results;
  }

  /** Makes one edit, going on where Word stopped, until it is made or Word comes no further. */
  private async acceptAlone(edit: PlacedEdit): Promise<Placed> {
    let reached: string | null = null;
    for (;;) {
      const now = await Word.run((context) => this.standing(context, edit));
      if (now.isMade) return 'made';
      if (now.text === reached) return reached === edit.edit.before ? 'refused' : 'partly';
      reached = now.text;
      try {
        const result = (await this.tracked((context) => this.make(context, [edit]))).get(edit.place) ?? 'refused';
        if (result === 'made') await Word.run((context) => this.standing(context, edit));
        return result;
      } catch (error) {
        console.warn(error);
      }
    }
  }

  /** Returns how far an edit has come, and notes what it made. */
  private async standing(context: Word.RequestContext, placed: PlacedEdit): Promise<{ isMade: boolean; text: string }> {
    const { edit } = placed;
    const known = (await this.paragraphs.find(context, [edit])).get(edit);
    if (!known) return { isMade: false, text: '' };
    const comments = this.can.reviews ? known.proxy.getRange('Whole').getComments() : null;
    comments?.load('items/id,items/content');
    const tracked = this.can.ids ? known.proxy.getRange('Whole').getTrackedChanges() : null;
    tracked?.load(TRACKED);
    await context.sync();
    const remark = inOneLine(remarkOf(edit));
    const ours = (comments?.items ?? []).filter(({ content }) => inOneLine(content) === remark).map(({ id }) => id);
    const isMade = edit.text === undefined ? ours.length > 0 : known.text === edit.text;
    if (isMade) this.note(placed, tracked?.items.map(keyOf) ?? [], ours);
    return { isMade, text: known.text };
  }

  /** Runs with Word's own change tracking on, and restores its setting whatever happens. */
  private async tracked<T>(work: (context: Word.RequestContext) => Promise<T>): Promise<T> {
    if (!this.tracks) return Word.run(work);
    const before = await setTracking('TrackAll');
    try {
      return await Word.run(work);
    } finally {
      await setTracking(before);
    }
  }

  private async make(context: Word.RequestContext, edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    const known = await this.paragraphs.find(
      context,
      edits.map(({ edit }) => edit),
    );
    const results = new Map<number, Placed>();
    const plans: Plan[] = [];
    for (const placed of edits) {
      const found = known.get(placed.edit);
      const why = this.obstacle(placed.edit, found);
      if (why) results.set(placed.place, why);
      else plans.push(new Plan(placed, found!, this.can));
    }
    await context.sync();
    for (const plan of plans) {
      plan.look();
      const key = keyOfEdit(plan.placed);
      if (!this.earlier.has(key)) this.earlier.set(key, new Set(plan.keys()));
    }
    await context.sync();
    for (const plan of plans) {
      plan.settle();
      results.set(plan.placed.place, plan.isSound ? 'made' : plan.hasDeletions ? 'deletions' : 'refused');
    }
    const sound = plans.filter((plan) => plan.isSound);
    for (const plan of sound) plan.write();
    await context.sync();
    for (const plan of sound) this.note(plan.placed, plan.keys(), plan.comment ? [plan.comment.id] : []);
    return results;
  }

  /** Why an edit is not even tried; null when nothing is in its way. */
  private obstacle(edit: Edit, found: Known | undefined): Placed | null {
    if (!found) return 'missing';
    if (edit.text === undefined && !this.can.reviews) return 'unsupported';
    if (found.hash === edit.hash) return null;
    if (edit.text === undefined) return 'changed';
    if (found.text === edit.text) return 'made';
    return stages(edit.before, edit.text).includes(found.text) ? null : 'changed';
  }

  private note(placed: PlacedEdit, keys: readonly string[], comments: readonly string[]): void {
    const key = keyOfEdit(placed);
    const earlier = this.earlier.get(key);
    const made = keys.filter((one) => !earlier?.has(one));
    const before = placed.isFurther ? this.made.get(key) : undefined;
    this.made.set(key, {
      changes: new Set([...(before?.changes ?? []), ...made]),
      comments: [...(before?.comments ?? []), ...comments],
    });
  }

  private async trackedOf(context: Word.RequestContext, edit: Edit): Promise<Word.TrackedChangeCollection | null> {
    const known = (await this.paragraphs.find(context, [edit])).get(edit);
    const tracked = known?.proxy.getRange('Whole').getTrackedChanges() ?? null;
    tracked?.load(TRACKED);
    return tracked;
  }

  /** One at a time: two runs at once would disturb each other's tracking mode. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.running.then(work, work);
    this.running = next.catch(() => undefined);
    return next;
  }
}

/** Word has its own marks for the lines of a comment. */
function inOneLine(text: string): string {
  return text.split(/\s+/).join(' ');
}

function keyOfEdit({ job, place }: PlacedEdit): string {
  return `${job}#${place}`;
}

async function isNothingSelected(context: Word.RequestContext): Promise<boolean> {
  const selection = context.document.getSelection();
  selection.load('isEmpty');
  await context.sync();
  return selection.isEmpty;
}

async function setTracking(mode: Word.ChangeTrackingMode | 'TrackAll'): Promise<Word.ChangeTrackingMode> {
  return Word.run(async (context) => {
    const { document } = context;
    document.load('changeTrackingMode');
    await context.sync();
    const before = document.changeTrackingMode as Word.ChangeTrackingMode;
    if (before !== mode) {
      document.changeTrackingMode = mode as Word.ChangeTrackingMode;
      await context.sync();
    }
    return before;
  });
}
