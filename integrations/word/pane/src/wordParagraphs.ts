/** The paragraphs of the open document: their text without what is deleted, and each of them found again.
 *
 * What tracked changes have deleted is still in `text`, on the web always, on the desktop where revisions are shown
 * inline (office-js #1267, #2314). Only `getReviewedText` leaves it out; because that can scroll the view and has crashed
 * Word (#3691, #5873), it is called only where something is deleted.
 */

import { hashOf } from './host';
import type { Edit } from './model';
import type { Abilities } from './wordAbilities';
import { storyParagraphs } from './wordStories';

export interface Known {
  /** Word's id, which is another one in each session and for each co-author; '' where this Word has none. */
  guid: string;
  /** How many paragraphs come before. */
  at: number;
  text: string;
  hash: string;
  /** Whether a search may meet deleted text. */
  hasDeletions: boolean;
  proxy: Word.Paragraph;
}

/** The names of a paragraph: Word's, and its position for when that is not known any more. */
export interface Name {
  guid: string;
  at: number;
  /** Whether it is beside the body, whose paragraphs are counted apart. */
  isBeside?: boolean;
}

const READ_AT_A_TIME = 500;

export function nameOf({ guid, at, isBeside = false }: Name): string {
  return `${guid}@${isBeside ? 's' : ''}${at}`;
}

/** Returns the name of a paragraph of a list that begins with so many of the body. */
export function nameIn({ guid, at }: Known, inBody: number): Name {
  return at < inBody ? { guid, at } : { guid, at: at - inBody, isBeside: true };
}

export function parseName(id: string): Name {
  const found = /^(.*)@(s?)(\d+)$/.exec(id);
  return found ? { guid: found[1]!, at: Number(found[3]), isBeside: found[2] === 's' } : { guid: id, at: 0, isBeside: false };
}

/** Returns for each position, in ascending order, the nearest of the places that is still free; -1 when none is. */
export function nearest(wanted: readonly number[], places: readonly number[]): number[] {
  const free = [...places];
  return wanted.map((at) => {
    const best = free.reduce((one, other) => (Math.abs(other - at) < Math.abs(one - at) ? other : one), free[0] ?? -1);
    free.splice(free.indexOf(best), 1);
    return best;
  });
}

export class Paragraphs {
  constructor(private readonly can: Abilities) {}

  /** Returns all paragraphs; their texts are read afterwards, of those that are wanted. `whole` has what is beside the body, too. */
  async list(
    context: Word.RequestContext,
    further = '',
    whole = false,
  ): Promise<{ proxies: Word.Paragraph[]; hasDeletions: boolean; inBody: number }> {
    const all = context.document.body.paragraphs;
    const wanted = ['items/text', ...(this.can.ids ? ['items/uniqueLocalId'] : []), ...(further ? [further] : [])].join(',');
    all.load(wanted);
    const hasDeletions = this.askForDeletions(context.document.body);
    await context.sync();
    const beside = whole ? await storyParagraphs(context, this.can, wanted) : [];
    // Outside the body there is little to read, so deletions are not checked for first.
    const isReviewed = this.can.reviews && beside.length > 0;
    return { proxies: [...all.items, ...beside], hasDeletions: hasDeletions() || isReviewed, inBody: all.items.length };
  }

  /** Reads the paragraphs from `first` to before `last`. */
  async known(
    context: Word.RequestContext,
    proxies: readonly Word.Paragraph[],
    hasDeletions: boolean,
    first = 0,
    last = proxies.length,
  ): Promise<Known[]> {
    const part = proxies.slice(first, last);
    const texts = await this.texts(context, part, hasDeletions);
    return Promise.all(
      part.map(async (proxy, at) => ({
        guid: this.can.ids ? proxy.uniqueLocalId : '',
        at: first + at,
        text: texts[at]!,
        hash: await hashOf(texts[at]!),
        hasDeletions,
        proxy,
      })),
    );
  }

  /** Finds the paragraphs of edits: by Word's id, else by their text; of several that are equal the nearest. */
  async find(context: Word.RequestContext, edits: readonly Edit[]): Promise<Map<Edit, Known>> {
    if (this.can.ids && edits.length === 1) {
      const one = await this.findOne(context, edits[0]!);
      if (one) return new Map([[edits[0]!, one]]);
    }
    const isBeside = edits.some(({ id }) => parseName(id).isBeside);
    const { proxies, hasDeletions, inBody } = await this.list(context, '', isBeside);
    const all = await this.known(context, proxies, hasDeletions);
    const named = new Map(all.filter(({ guid }) => guid).map((one) => [one.guid, one]));
    const byId = new Map<string, Known>();
    for (const { id } of edits) {
      const known = named.get(parseName(id).guid);
      if (known) byId.set(id, known);
    }
    const lost = edits.filter(({ id }) => !byId.has(id));
    const free = all.filter((one) => ![...byId.values()].includes(one));
    for (const [id, known] of await byText(lost, free, inBody)) byId.set(id, known);
    return new Map(edits.filter(({ id }) => byId.has(id)).map((edit) => [edit, byId.get(edit.id)!]));
  }

  /** Asks Word for one paragraph: in a long document that is much quicker than reading all. */
  private async findOne(context: Word.RequestContext, edit: Edit): Promise<Known | null> {
    const { guid, at } = parseName(edit.id);
    try {
      const proxy = context.document.getParagraphByUniqueLocalId(guid);
      proxy.load('text,uniqueLocalId');
      const hasDeletions = this.askForDeletions(proxy.getRange('Whole'));
      await context.sync();
      const [known] = await this.known(context, [proxy], hasDeletions());
      return { ...known!, at };
    } catch {
      return null;
    }
  }

  private async texts(
    context: Word.RequestContext,
    proxies: readonly Word.Paragraph[],
    hasDeletions: boolean,
  ): Promise<string[]> {
    if (!hasDeletions) return proxies.map(({ text }) => text);
    const texts: string[] = [];
    for (let at = 0; at < proxies.length; at += READ_AT_A_TIME) {
      const read = proxies.slice(at, at + READ_AT_A_TIME).map((proxy) => proxy.getReviewedText('Current'));
      await context.sync();
      texts.push(...read.map(({ value }) => withoutEnd(value)));
    }
    return texts;
  }

  /** Asks whether anything is deleted there; what comes back tells it after the next sync. */
  askForDeletions(place: Word.Body | Word.Range): () => boolean {
    if (this.can.ids) {
      const tracked = place.getTrackedChanges();
      tracked.load('items/type');
      return () => tracked.items.some(({ type }) => type === 'Deleted');
    }
    if (!this.can.reviews) return () => false;
    const [now, then] = [place.getReviewedText('Current'), place.getReviewedText('Original')];
    return () => now.value !== then.value;
  }
}

/** Returns text as Word reviews it without the mark at the end of the paragraph. */
export function withoutEnd(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

/** Finds paragraphs by their text as it was, else as it is to become; those of the body and those beside it apart. */
export async function byText(edits: readonly Edit[], all: readonly Known[], inBody: number): Promise<Map<string, Known>> {
  const [within, beside] = [false, true].map((isBeside) =>
    nearestEqual(
      edits.filter(({ id }) => (parseName(id).isBeside ?? false) === isBeside),
      all.filter(({ at }) => at >= inBody === isBeside),
      isBeside ? inBody : 0,
    ),
  );
  return new Map([...(await within!), ...(await beside!)]);
}

/** `from` is how many paragraphs come before those that are counted. */
async function nearestEqual(edits: readonly Edit[], all: readonly Known[], from: number): Promise<Map<string, Known>> {
  const found = new Map<string, Known>();
  const hashes: [string, string][] = edits.map(({ id, hash }) => [id, hash]);
  for (const { id, text } of edits) if (text !== undefined) hashes.push([id, await hashOf(text)]);
  for (const hash of new Set(hashes.map(([, one]) => one))) {
    const taken = new Set(found.values());
    const equal = new Map(all.filter((one) => one.hash === hash && !taken.has(one)).map((one) => [one.at - from, one]));
    const ids = new Set(hashes.filter(([id, one]) => one === hash && !found.has(id)).map(([id]) => id));
    const wanted = [...ids].sort((one, other) => parseName(one).at - parseName(other).at);
    const places = nearest(wanted.map((id) => parseName(id).at), [...equal.keys()]);
    wanted.forEach((id, number) => {
      const known = equal.get(places[number]!);
      if (known) found.set(id, known);
    });
  }
  return found;
}
