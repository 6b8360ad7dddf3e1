/** The open document in Word, by office.js. Every call beyond WordApi 1.3 is asked for first, and has another way. */

import type { Api, Asked } from './api';
import { hashOf, type Host, type Placed, type PlacedEdit, type Scope } from './host';
import { type Edit, Failure, type Job, type Paragraph } from './model';
import { BODY_LEVEL, sectionOf } from './wordSections';
import { type Needle, searchText, type Step, steps } from './wordPlaces';

const SETTING = 'inlaid.job';
const EDITS_AT_A_TIME = 25;
const OUTSIDE = new Set<string>(['Before', 'After', 'AdjacentBefore', 'AdjacentAfter', 'Unrelated']);

interface Known {
  id: string;
  hash: string;
  proxy: Word.Paragraph;
}

interface Change {
  step: Step;
  from: Word.RangeCollection;
  to: Word.RangeCollection | null;
}

interface Plan {
  place: number;
  edit: Edit;
  proxy: Word.Paragraph;
  changes: Change[];
  quote: Word.RangeCollection | null;
  tracked: Word.TrackedChangeCollection | null;
}

export class WordHost implements Host {
  readonly kind = 'word';
  readonly scopes: readonly Scope[] = ['selection', 'section', 'document'];
  readonly tracks: boolean;
  private readonly hasIds: boolean;
  /** Tracked changes that each accepted edit made, to take back exactly these. */
  private readonly made = new Map<number, Set<string>>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(isSupported: (version: string) => boolean) {
    this.tracks = isSupported('1.4');
    this.hasIds = isSupported('1.6');
  }

  async submit(api: Api, asked: Asked, scope: Scope, key: string): Promise<Job> {
    const paragraphs = await this.read(scope);
    if (paragraphs.length === 0) throw new Failure('empty', '');
    return api.createJob(asked, paragraphs, key);
  }

  accept(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    return this.alone(async () => {
      const results = new Map<number, Placed>();
      for (let at = 0; at < edits.length; at += EDITS_AT_A_TIME) {
        const part = edits.slice(at, at + EDITS_AT_A_TIME);
        for (const [place, placed] of await this.acceptSome(part)) results.set(place, placed);
      }
      return results;
    });
  }

  undo({ place, edit }: PlacedEdit): Promise<boolean> {
    return this.alone(async () => {
      const ours = this.made.get(place);
      if (!this.hasIds || !ours) return false;
      return Word.run(async (context) => {
        const proxy = context.document.getParagraphByUniqueLocalId(edit.id);
        const tracked = proxy.getRange('Whole').getTrackedChanges();
        tracked.load('items/type,items/text,items/author,items/date');
        await context.sync();
        const found = tracked.items.filter((change) => ours.has(keyOf(change)));
        found.forEach((change) => change.reject());
        await context.sync();
        this.made.delete(place);
        return found.length > 0;
      });
    });
  }

  jump(edit: Edit): Promise<boolean> {
    return this.alone(() =>
      Word.run(async (context) => {
        const found = (await this.locate(context, [edit])).get(edit.id);
        if (!found) return false;
        found.proxy.select();
        await context.sync();
        return true;
      }),
    );
  }

  async remember(text: string): Promise<void> {
    const { settings } = Office.context.document;
    if (text) settings.set(SETTING, text);
    else settings.remove(SETTING);
    await new Promise<void>((resolve) => settings.saveAsync(() => resolve()));
  }

  recall(): string {
    return (Office.context.document.settings.get(SETTING) as string | null) ?? '';
  }

  /** Returns the paragraphs of the scope that hold text. */
  read(scope: Scope): Promise<Paragraph[]> {
    return this.alone(() =>
      Word.run(async (context) => {
        const all = context.document.body.paragraphs;
        const selected = context.document.getSelection().paragraphs;
        const wanted = this.hasIds ? 'items/text,items/outlineLevel,items/uniqueLocalId' : 'items/text,items/outlineLevel';
        all.load(wanted);
        selected.load(wanted);
        await context.sync();
        const known = await this.known(all.items);
        let [first, last] = [0, known.length];
        if (scope !== 'document') {
          [first, last] = await this.selectedPart(context, all.items, selected.items);
          const levels = all.items.map((one) => one.outlineLevel || BODY_LEVEL);
          if (scope === 'section') [first, last] = sectionOf(levels, first);
        }
        return known
          .slice(first, last)
          .map(({ id, hash, proxy }) => ({ id, hash, text: proxy.text }))
          .filter(({ text }) => text.trim() !== '');
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
    if (this.hasIds) {
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

  /** Names each paragraph by Word's id, else by its text and how many like it come before. */
  private async known(proxies: Word.Paragraph[]): Promise<Known[]> {
    const hashes = await Promise.all(proxies.map((proxy) => hashOf(proxy.text)));
    const counts = new Map<string, number>();
    return proxies.map((proxy, at) => {
      const hash = hashes[at]!;
      const count = counts.get(hash) ?? 0;
      counts.set(hash, count + 1);
      return { id: this.hasIds ? proxy.uniqueLocalId : `${hash}-${count}`, hash, proxy };
    });
  }

  private async locate(context: Word.RequestContext, edits: readonly Edit[]): Promise<Map<string, Known>> {
    if (this.hasIds && edits.length === 1) {
      const found = await this.locateOne(context, edits[0]!.id);
      return new Map(found ? [[found.id, found]] : []);
    }
    const all = context.document.body.paragraphs;
    all.load(this.hasIds ? 'items/text,items/uniqueLocalId' : 'items/text');
    await context.sync();
    return new Map((await this.known(all.items)).map((one) => [one.id, one]));
  }

  /** Asks Word for one paragraph: in a long document that is much quicker than reading all. */
  private async locateOne(context: Word.RequestContext, id: string): Promise<Known | null> {
    try {
      const proxy = context.document.getParagraphByUniqueLocalId(id);
      proxy.load('text,uniqueLocalId');
      await context.sync();
      return { id, hash: await hashOf(proxy.text), proxy };
    } catch {
      return null;
    }
  }

  private async acceptSome(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    try {
      return await this.tracked((context) => this.make(context, edits));
    } catch (error) {
      if (edits.length === 1) {
        console.warn(error);
        return new Map([[edits[0]!.place, 'refused']]);
      }
    }
    // Word stopped at one of them and tells not at which: each once more by itself; those already made have changed.
    const results = new Map<number, Placed>();
    for (const edit of edits) {
      const isMade = await this.isMade(edit.edit);
      results.set(edit.place, isMade ? 'made' : ((await this.acceptSome([edit])).get(edit.place) ?? 'refused'));
    }
    return results;
  }

  private isMade(edit: Edit): Promise<boolean> {
    return Word.run(async (context) => {
      const found = (await this.locate(context, [edit])).get(edit.id);
      return edit.text !== undefined && found?.proxy.text === edit.text;
    });
  }

  /** Runs with Word's own change tracking on, and sets it as it was, whatever happens. */
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
    const known = await this.locate(
      context,
      edits.map(({ edit }) => edit),
    );
    const results = new Map<number, Placed>();
    const plans: Plan[] = [];
    for (const { place, edit } of edits) {
      const found = known.get(edit.id);
      if (!found) results.set(place, 'missing');
      else if (found.hash !== edit.hash) results.set(place, 'changed');
      else if (edit.text === undefined && !this.tracks) results.set(place, 'unsupported');
      else plans.push(this.plan(place, edit, found.proxy));
    }
    await context.sync();
    const sound = plans.filter((plan) => plan.changes.every(isUnmistakable));
    const before = new Map(sound.map((plan) => [plan.place, new Set(plan.tracked?.items.map(keyOf))]));
    for (const plan of plans) results.set(plan.place, sound.includes(plan) ? 'made' : 'refused');
    for (const plan of sound) this.write(plan);
    for (const plan of sound) plan.tracked?.load('items/type,items/text,items/author,items/date');
    await context.sync();
    for (const { place, tracked } of sound) {
      const keys = tracked?.items.map(keyOf) ?? [];
      this.made.set(place, new Set(keys.filter((key) => !before.get(place)!.has(key))));
    }
    return results;
  }

  /** Looks everything up before anything is changed. */
  private plan(place: number, edit: Edit, proxy: Word.Paragraph): Plan {
    const look = (text: string): Word.RangeCollection => {
      const found = proxy.search(searchText(text), { matchCase: true });
      found.load('items');
      return found;
    };
    const tracked = this.hasIds ? proxy.getRange('Whole').getTrackedChanges() : null;
    tracked?.load('items/type,items/text,items/author,items/date');
    const changes = (edit.text === undefined ? [] : steps(edit.before, edit.text)).map((step) => ({
      step,
      from: look(step.from.text),
      to: step.to ? look(step.to.text) : null,
    }));
    const quote = edit.quote && edit.quote.length <= 255 ? look(edit.quote) : null;
    return { place, edit, proxy, changes, quote, tracked };
  }

  /** Queues the changes, from the last to the first, and the comment. */
  private write({ edit, proxy, changes, quote }: Plan): void {
    const remark = edit.text === undefined ? edit.comment : edit.reason;
    if (remark && this.tracks) (quote?.items[0] ?? proxy.getRange('Content')).insertComment(remark);
    for (const { step, from, to } of [...changes].reverse()) {
      const first = from.items[step.from.nth]!;
      const range = to && step.to ? first.expandTo(to.items[step.to.nth]!) : first;
      if (step.how === 'delete') range.delete();
      else range.insertText(step.text, LOCATIONS[step.how]);
    }
  }

  /** One at a time: two runs at once would disturb each other's tracking mode. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.running.then(work, work);
    this.running = next.catch(() => undefined);
    return next;
  }
}

const LOCATIONS = { replace: 'Replace', after: 'End', before: 'Start' } as const;

function isUnmistakable({ step, from, to }: Change): boolean {
  const fits = (needle: Needle, found: Word.RangeCollection): boolean =>
    found.items.length === needle.total && needle.nth < needle.total;
  return fits(step.from, from) && (!step.to || !to || fits(step.to, to));
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

function keyOf(change: Word.TrackedChange): string {
  return [change.type, change.text, change.author, String(change.date)].join('\u0000');
}
