/** What the pane needs from the place where the document is: Word, or a file that was uploaded. */

import type { Api, Asked } from './api';
import type { Content, Edit, Job, Paragraph } from './model';

export type Scope = 'selection' | 'section' | 'document';

/** What became of an edit: made, or its paragraph changed, is gone or has deletions in the way, or the host cannot. */
export type Placed = 'made' | 'changed' | 'missing' | 'deletions' | 'refused' | 'partly' | 'unsupported';

export interface PlacedEdit {
  /** The job whose draft it is of: the places of its versions are others. */
  job: string;
  place: number;
  edit: Edit;
  /** Whether others of its changes are made already. */
  isFurther?: boolean;
}

/** What stands around the cursor. */
export interface Place {
  heading: string;
  before: string;
  after: string;
}

/** A document with a cursor. */
export interface OpenDocument {
  /** Returns its paragraphs that hold text. */
  paragraphs(): Promise<Paragraph[]>;
  around(): Promise<Place>;
  /** Shows words in their place; false when they are gone. */
  find(quote: string): Promise<boolean>;
  insert(text: string): Promise<void>;
}

export interface Host {
  readonly kind: 'word' | 'file' | 'mail';
  /** The parts that can be worked on, the likeliest first. */
  readonly scopes: readonly Scope[];
  /** Whether changes are tracked without the person's help. */
  readonly tracks: boolean;
  /** Whether text that is deleted as a tracked change is read like the rest, because the host cannot tell. */
  readonly readsDeletedText: boolean;
  /** Returns the document as it is now. */
  content(): Promise<Content>;
  /** Returns all paragraphs as they are now; null where the server has the document, or accepted text cannot be told. */
  readonly current: (() => Promise<Paragraph[]>) | null;
  /** Stores a job on that part of the document. */
  submit(api: Api, asked: Asked, scope: Scope, key: string): Promise<Job>;
  /** Makes the edits as tracked changes and comments, and says for each what became of it. */
  accept(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>>;
  /** Takes an accepted edit back; false when only the person can. */
  undo(edit: PlacedEdit): Promise<boolean>;
  /** Shows the edit's place in the document; false when it is gone. Null where the program cannot. */
  readonly jump: ((edit: Edit) => Promise<boolean>) | null;
  /** The document that is open in a program, with a cursor in it; null where there is none. */
  readonly open: OpenDocument | null;
  /** Puts a text behind the selection, as the person's own change; null where there is no place for it. */
  readonly insert: ((text: string) => Promise<void>) | null;
  /** What is to be remembered with the document, such as the job that works on it. */
  remember(text: string): Promise<void>;
  recall(): string;
}

export async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
