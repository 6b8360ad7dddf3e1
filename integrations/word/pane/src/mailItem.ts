/** The mail that is open in Outlook, read by office.js. Anything newer than Mailbox 1.5 is used where available. */

import { type Attached, Failure, type OpenMail, type Person } from './model';

// The server takes a million characters; a longer page is read as plain text.
const MOST_HTML_CHARS = 900_000;
const MOST_REPLY_BYTES = 32 * 1024;
const MOST_REFERENCES = 100;
// The server reads five files of a mail, 5 MB together, and says when there are more.
const MOST_FILES = 5;
const MOST_FILE_BYTES = 5 * 1024 * 1024;
const LONGEST_FILE_MILLISECONDS = 20_000;
const NO_DOCUMENT = /^(image|audio|video)\//i;
const MESSAGE_ID = /<[^<>\s]{1,900}>/g;

export function canOutlook(version: string): boolean {
  return Office.context.requirements.isSetSupported('Mailbox', version);
}

/** Waits for a call of office.js. An error of Outlook becomes `word`, whose words are Outlook's here. */
export function settled<T>(call: (done: (result: Office.AsyncResult<T>) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((result) => {
      if (result.status === Office.AsyncResultStatus.Succeeded) resolve(result.value);
      else {
        console.warn(result.error);
        reject(new Failure('word', ''));
      }
    });
  });
}

export type Item =
  | { kind: 'read'; mail: ReadMail }
  | { kind: 'compose'; item: Office.MessageCompose }
  | { kind: 'none' | 'other' };

/** Returns what is open: nothing, a mail that is read or written, or something else. */
export function openItem(): Item {
  const { item } = Office.context.mailbox;
  if (!item) return { kind: 'none' };
  if ((item.itemType as string) !== 'message') return { kind: 'other' };
  // Only a mail that is written has a subject that can be set.
  if (typeof (item.subject as unknown) === 'string') {
    return { kind: 'read', mail: new ReadMail(item as unknown as Office.MessageRead) };
  }
  return { kind: 'compose', item: item as unknown as Office.MessageCompose };
}

/** A mail that is read. */
export class ReadMail {
  private told: Promise<OpenMail> | null = null;
  private given: Promise<Attached[]> | null = null;

  constructor(private readonly item: Office.MessageRead) {}

  /** Names the mail among those that the pane has shown. A Message-ID is the sender's, who may use it twice. */
  get id(): string {
    return this.item.itemId || this.item.internetMessageId || '';
  }

  get subject(): string {
    return this.item.subject;
  }

  /** Returns the mail as the server takes it. It does not change, so it is read once. */
  read(): Promise<OpenMail> {
    this.told ??= this.tell().catch((error: unknown) => {
      this.told = null;
      throw error;
    });
    return this.told;
  }

  /** Returns the mail with the files that came with it. */
  async readWithFiles(): Promise<OpenMail> {
    this.given ??= this.files();
    const [mail, attachments] = [await this.read(), await this.given];
    return attachments.length ? { ...mail, attachments } : mail;
  }

  /** Opens a reply with this text above the quote; Outlook sends nothing. */
  async reply(html: string, toAll: boolean): Promise<void> {
    if (new Blob([html]).size > MOST_REPLY_BYTES) throw new Failure('tooLong', '');
    const { item } = this;
    if (canOutlook('1.9')) {
      await settled<void>((done) => {
        if (toAll) item.displayReplyAllFormAsync(html, done);
        else item.displayReplyFormAsync(html, done);
      });
    } else if (toAll) item.displayReplyAllForm(html);
    else item.displayReplyForm(html);
  }

  private async tell(): Promise<OpenMail> {
    const { item } = this;
    const html = await this.body(Office.CoercionType.Html);
    const isLong = html.length > MOST_HTML_CHARS;
    const { displayName, emailAddress } = Office.context.mailbox.userProfile;
    return {
      message_id: item.internetMessageId ?? '',
      references: await this.references(),
      subject: item.subject,
      sender: personOf(item.from),
      to: item.to.map(personOf),
      cc: item.cc.map(personOf),
      sent_on: dayOf(item.dateTimeCreated),
      owner: { name: displayName, address: emailAddress },
      html: isLong ? '' : html,
      text: isLong ? (await this.body(Office.CoercionType.Text)).slice(0, MOST_HTML_CHARS) : '',
    };
  }

  /** Returns the files, asked for one by one: asked for all at once, Outlook returns some without content. */
  private async files(): Promise<Attached[]> {
    const found: Attached[] = [];
    let left = MOST_FILE_BYTES;
    const documents = (this.item.attachments ?? []).filter((one) => !one.isInline && !NO_DOCUMENT.test(one.contentType ?? ''));
    for (const file of documents.slice(0, MOST_FILES + 1)) {
      const isRead = found.length < MOST_FILES && file.size <= left;
      const given = isRead ? await this.content(file) : { name: file.name, content: '' };
      const bytes = (given.content.length * 3) / 4;
      const fits = file.size <= left && bytes <= left;
      if (fits) left -= bytes;
      const { name, content } = given;
      // What does not fit beside the others is too large, whatever its own size.
      found.push({ name, content: fits ? content : '', size_bytes: fits ? file.size : MOST_FILE_BYTES + 1 });
    }
    return found;
  }

  /** Returns the content of a file; an attached mail is one of its own. What lies in a drive has none here. */
  private async content({ id, name }: Office.AttachmentDetails): Promise<{ name: string; content: string }> {
    const none = { name, content: '' };
    if (!canOutlook('1.8')) return none;
    try {
      const asked = settled<Office.AttachmentContent>((done) => this.item.getAttachmentContentAsync(id, done));
      const { content, format } = await inTime(asked);
      if ((format as string) === 'base64') return { name, content };
      if ((format as string) !== 'eml') return none;
      return { name: name.toLowerCase().endsWith('.eml') ? name : `${name}.eml`, content: base64(content) };
    } catch (error) {
      console.warn(error);
      return none;
    }
  }

  private body(form: Office.CoercionType): Promise<string> {
    return settled<string>((done) => this.item.body.getAsync(form, done));
  }

  /** Returns the ids of the mails before, which only newer Outlooks tell; without them the mail is known by its own. */
  private async references(): Promise<string[]> {
    if (!canOutlook('1.8')) return [];
    try {
      const heads = await settled<string>((done) => this.item.getAllInternetHeadersAsync(done));
      return referencesOf(heads);
    } catch {
      return [];
    }
  }
}

/** For some files Outlook never reports that it failed. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure('word', '')), LONGEST_FILE_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

export function personOf({ displayName, emailAddress }: Office.EmailAddressDetails): Person {
  return { name: displayName ?? '', address: emailAddress ?? '' };
}

/** Returns the day in the person's own time. */
export function dayOf(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return Number.isNaN(date.getTime()) ? '' : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Returns the ids in References, else in In-Reply-To, of unfolded or folded heads. */
export function referencesOf(heads: string): string[] {
  const lines = heads.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const field = (name: string): string =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
  const ids = (text: string): string[] => text.match(MESSAGE_ID) ?? [];
  const found = ids(field('references'));
  return (found.length ? found : ids(field('in-reply-to'))).slice(0, MOST_REFERENCES);
}
