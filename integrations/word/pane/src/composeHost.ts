/** The host where a mail is written: its own lines, read from the body and changed in it. */

import type { Api, Asked } from './api';
import { hunks } from './diff';
import { hashOf, type Host, type Placed, type PlacedEdit, type Scope } from './host';
import { type BodyLine, type Change, changed, gapsOf, linesOf, type OpenGap, withAnswer, withoutGap } from './mailHtml';
import { personOf, settled } from './mailItem';
import { type Content, Failure, type Job, type Paragraph, type Person } from './model';

interface Body {
  source: string;
  isHtml: boolean;
  lines: BodyLine[];
}

export class ComposeHost implements Host {
  readonly kind = 'mail';
  readonly scopes: readonly Scope[] = ['document', 'selection'];
  readonly tracks = true;
  readonly readsDeletedText = false;
  // Outlook has no way to show a place of a mail that is written.
  readonly jump = null;
  readonly open = null;
  /** The words of gaps that ask nothing, where they are known. */
  hints: ReadonlySet<string> = new Set();
  private remembered = '';
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly item: Office.MessageCompose,
    private readonly words: { bodyOnly: string; selectMore: string },
  ) {}

  async content(): Promise<Content> {
    throw new Failure('empty', '');
  }

  async submit(api: Api, asked: Asked, scope: Scope, key: string): Promise<Job> {
    const { lines } = await this.body();
    const chosen = scope === 'selection' ? await this.selected(lines) : lines.map((_, at) => at);
    if (!chosen.length) throw new Failure('empty', '');
    const subject = await settled<string>((done) => this.item.subject.getAsync(done));
    return api.createJob(asked, await paragraphsOf(lines, chosen), key, subject);
  }

  readonly current = async (): Promise<Paragraph[]> => {
    const { lines } = await this.body();
    return paragraphsOf(lines, lines.map((_, at) => at));
  };

  accept(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    return this.alone(async () => {
      const body = await this.body();
      const results = new Map<number, Placed>();
      const changes: Change[] = [];
      const taken = new Set<BodyLine>();
      for (const { place, edit } of edits) {
        const after = edit.text;
        if (after === undefined) results.set(place, 'unsupported');
        else {
          const line = lineOf(body.lines, edit.id, edit.before, taken);
          if (line) {
            taken.add(line);
            changes.push({ line, hunks: hunks(edit.before, after) });
          }
          const isThere = body.lines.some(({ text }) => text === after);
          results.set(place, line || isThere ? 'made' : body.lines[Number(edit.id)] ? 'changed' : 'missing');
        }
      }
      if (changes.length) await this.write(changed(body.source, changes, body.isHtml), body.isHtml);
      return results;
    });
  }

  undo({ edit }: PlacedEdit): Promise<boolean> {
    return this.alone(async () => {
      const body = await this.body();
      const line = lineOf(body.lines, edit.id, edit.text ?? '', new Set());
      if (!line) return false;
      const change = { line, hunks: hunks(line.text, edit.before) };
      await this.write(changed(body.source, [change], body.isHtml), body.isHtml);
      return true;
    });
  }

  readonly insert = (text: string): Promise<void> =>
    this.alone(() =>
      settled<void>((done) => {
        this.item.body.setSelectedDataAsync(text, { coercionType: Office.CoercionType.Text }, done);
      }),
    );

  /** Returns who writes the mail, and those whom it is addressed to now. */
  async recipients(): Promise<{ owner: Person; to: Person[] }> {
    const { to, cc, bcc } = this.item;
    const found: Office.EmailAddressDetails[] = [];
    for (const field of [to, cc, bcc]) {
      found.push(...(await settled<Office.EmailAddressDetails[]>((done) => field.getAsync(done))));
    }
    const { displayName, emailAddress } = Office.context.mailbox.userProfile;
    return { owner: { name: displayName, address: emailAddress }, to: found.map(personOf) };
  }

  async remember(text: string): Promise<void> {
    this.remembered = text;
  }

  recall(): string {
    return this.remembered;
  }

  /** Returns the gaps of the mail as it is now that ask something. */
  async gaps(): Promise<OpenGap[]> {
    return gapsOf((await this.body()).lines).filter((gap) => !this.hints.has(gap.question));
  }

  /** Returns how many gaps of the mail only show something. */
  async notes(): Promise<number> {
    return gapsOf((await this.body()).lines).filter((gap) => this.hints.has(gap.question)).length;
  }

  removeNotes(): Promise<void> {
    return this.alone(async () => {
      const { source, lines, isHtml } = await this.body();
      let made = source;
      // The last first, so that the places of those before it stay.
      for (const gap of gapsOf(lines).reverse()) {
        if (this.hints.has(gap.question)) made = withoutGap(made, linesOf(made, isHtml)[gap.line]!, gap, isHtml);
      }
      if (made !== source) await this.write(made, isHtml);
    });
  }

  /** Replaces a gap by an answer, among equal gaps the one with that number; false when it is gone. */
  fill(question: string, occurrence: number, answer: string): Promise<boolean> {
    return this.alone(async () => {
      const { source, lines, isHtml } = await this.body();
      const gap = gapsOf(lines).filter((one) => one.question === question)[occurrence];
      if (!gap) return false;
      await this.write(withAnswer(source, lines[gap.line]!, gap, answer, isHtml), isHtml);
      return true;
    });
  }

  private async body(): Promise<Body> {
    const { body } = this.item;
    const isHtml = (await settled<Office.CoercionType>((done) => body.getTypeAsync(done))) === Office.CoercionType.Html;
    const form = isHtml ? Office.CoercionType.Html : Office.CoercionType.Text;
    const source = await settled<string>((done) => body.getAsync(form, done));
    return { source, isHtml, lines: linesOf(source, isHtml) };
  }

  private write(source: string, isHtml: boolean): Promise<void> {
    const coercionType = isHtml ? Office.CoercionType.Html : Office.CoercionType.Text;
    return settled<void>((done) => this.item.body.setAsync(source, { coercionType }, done));
  }

  /** Returns which lines the selection covers, wholly or in part. */
  private async selected(lines: readonly BodyLine[]): Promise<number[]> {
    const { data, sourceProperty } = await settled<{ data: string; sourceProperty: string }>((done) =>
      this.item.getSelectedDataAsync(Office.CoercionType.Text, done),
    );
    if (sourceProperty === 'subject' && data.trim()) throw new Failure('mail', this.words.bodyOnly);
    const places = coveredBy(
      lines.map(({ text }) => text),
      data,
    );
    // Outlook tells the words of a selection but not its place; with two places, none is guessed.
    if (places.length > 1) throw new Failure('mail', this.words.selectMore);
    return places[0] ?? [];
  }

  /** One at a time: of two at once, each would overwrite what the other wrote. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.running.then(work, work);
    this.running = next.catch(() => undefined);
    return next;
  }
}

/** Returns the line of that text which is nearest to where it was. */
function lineOf(lines: readonly BodyLine[], id: string, text: string, taken: ReadonlySet<BodyLine>): BodyLine | undefined {
  const at = Number(id);
  const found = lines.flatMap((line, place) => (line.text === text && !taken.has(line) ? [place] : []));
  found.sort((one, other) => Math.abs(one - at) - Math.abs(other - at));
  return found.length ? lines[found[0]!] : undefined;
}

/** Returns each run of lines that a selection may cover: the first and the last line of it perhaps in part. */
export function coveredBy(lines: readonly string[], selection: string): number[][] {
  const wanted = selection.split(/\r?\n|\r/).map((line) => line.replace(/\s+/g, ' ').trim()).filter(Boolean);
  if (!wanted.length) return [];
  const fits = (first: number): boolean =>
    wanted.every((part, at) => {
      const line = lines[first + at]?.replace(/\s+/g, ' ');
      if (line === undefined) return false;
      if (wanted.length === 1) return line.includes(part);
      return at === 0 ? line.endsWith(part) : at === wanted.length - 1 ? line.startsWith(part) : line === part;
    });
  return lines.flatMap((_, first) => (fits(first) ? [wanted.map((_part, at) => first + at)] : []));
}

function paragraphsOf(lines: readonly BodyLine[], chosen: readonly number[]): Promise<Paragraph[]> {
  return Promise.all(chosen.map(async (at) => ({ id: String(at), hash: await hashOf(lines[at]!.text), text: lines[at]!.text })));
}
