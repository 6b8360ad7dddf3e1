/** The host where there is no Word: a file is uploaded, and comes back with the changes that were accepted. */

import type { Api, Asked } from './api';
import type { Host, Placed, PlacedEdit, Scope } from './host';
import { type Content, type Edit, Failure, type Job } from './model';

const STORED = 'inlaid.job';

export class FileHost implements Host {
  readonly kind = 'file';
  readonly scopes: readonly Scope[] = ['document'];
  readonly tracks = true;
  readonly readsDeletedText = false;
  readonly insert = null;
  readonly open = null;
  file: File | null = null;
  /** Shows a paragraph of the document in the page; set by who renders it. */
  show: (edit: Edit) => boolean = () => false;

  constructor(private readonly storage: Storage) {}

  readonly current = null;

  async submit(api: Api, asked: Asked, _scope: Scope, key: string): Promise<Job> {
    if (!this.file) throw new Failure('file', '');
    return api.uploadDocument(asked, this.file, key);
  }

  async content(): Promise<Content> {
    if (!this.file) throw new Failure('file', '');
    return { file: this.file, name: this.file.name, title: this.file.name, link: '' };
  }

  async accept(edits: readonly PlacedEdit[]): Promise<Map<number, Placed>> {
    return new Map(edits.map(({ place }) => [place, 'made'] as const));
  }

  async undo(): Promise<boolean> {
    return true;
  }

  readonly jump = async (edit: Edit): Promise<boolean> => this.show(edit);

  async remember(text: string): Promise<void> {
    if (text) this.storage.setItem(STORED, text);
    else this.storage.removeItem(STORED);
  }

  recall(): string {
    return this.storage.getItem(STORED) ?? '';
  }
}
