/** Every text of the pane, in English; `stringsDe` has them in German. The type keeps the languages complete. */

import { deRecipes } from './recipeTexts';
import { de } from './stringsDe';

const en = {
  // Start
  title: 'Inlaid',
  lead: 'Choose what to do. Nothing changes before you accept it.',
  leadFile: 'Choose a Word document and what to do with it. You get it back with tracked changes.',
  document: 'Document',
  chooseFile: 'Choose a .docx file',
  dropFile: 'or drop it here',
  recipe: 'What to do',
  scope: 'Where',
  scope_selection: 'Selection',
  scope_section: 'Section',
  scope_document: 'Whole document',
  required: 'required',
  run: 'Suggest changes',
  link: 'Link of a document in OneDrive or SharePoint',
  linkHelp: 'With a link, the changes are saved there at once, as tracked changes.',
  saveAs: 'Save as',
  save_either: 'New version',
  save_copy: 'Copy',
  runSave: 'Change and save',
  loading: 'Loading…',
  // Sources
  given: 'Sources',
  givenHelp: 'Your answers can draw on this document. Inlaid uses it as it is now; add it again when it has changed. Nobody else sees it.',
  useSource: 'Use this document as a source',
  nothingGiven: 'You have not added a document yet.',
  sourceUsed: '{title} is now a source. Answers can use it within a minute.',
  sourceRemoved: '{title} is no longer used.',
  remove: 'Remove',
  removeSource: 'Remove {title}',
  // Asking
  askSources: 'Ask your sources',
  askHelp: 'Answers come from the documents you can read. Each sentence shows the passage it comes from.',
  yourQuestion: 'Your question',
  askFurther: 'Follow-up question',
  ask: 'Ask',
  askAnew: 'New question',
  noAnswer: 'Not found',
  noSureAnswer: 'No sure answer',
  nearestPlaces: 'Closest passages',
  openPassage: 'Open passage {number}',
  passageChanged: 'The document has changed since it was cited. This is what it says now.',
  insertAnswer: 'Insert into the document',
  answerInserted: 'Inserted after your selection.',
  copyAnswer: 'Copy',
  answerCopied: 'Copied.',
  // Drafts of texts
  copy: 'Copy',
  copied: 'Copied.',
  back: 'Back',
  writeAgain: 'Write again',
  wish: 'What should change?',
  wishHelp: 'For example: shorter, or: in German',
  refine: 'Change it',
  gap: 'Open question {number} of {count}',
  gaps_one: '1 open question',
  gaps_many: '{count} open questions',
  noGaps: 'No open questions.',
  ownWords: 'In your own words',
  leaveOpen: 'Leave it open',
  remarkNumber: 'remark {number}',
  wishCards: 'Or say it in words',
  wishCardsHelp: 'For example: “accept all”, or “reject the ones about prices”, or “shorter”',
  doIt: 'Do it',
  nothingToUndo: 'There is nothing to undo.',
  undoVersion: 'Version before',
  redoVersion: 'Version after',
  writeHere: 'Write at the cursor',
  brief: 'What to write',
  briefHelp: 'A few words, the name of a clause or a fact, or a question for your sources. You see the draft before it goes in.',
  write: 'Write',
  continueText: 'Continue the text',
  draftTitle: 'Draft for your document',
  draftHelp: 'Change it until it fits. It goes in at your cursor as a tracked change.',
  insertHere: 'Insert at the cursor',
  stillOpenHere_one: '1 question is still open; it is in brackets.',
  stillOpenHere_many: '{count} questions are still open; they are in brackets.',
  askLegend: 'Where to look',
  askTitle: 'Ask this document',
  askTitleHelp: 'Each sentence of an answer is numbered. Choose a number to see the words it comes from, in the document.',
  askDocument: 'This document',
  askOrganisation: 'My organisation’s sources',
  notThere: 'These words are no longer in the document.',
  // Running
  working: 'Working…',
  queued: 'Waiting in line…',
  progress: '{done} of {total} paragraphs',
  secondsLeft: 'about {count} seconds left',
  minutesLeft_one: 'about a minute left',
  minutesLeft: 'about {count} minutes left',
  live: 'What is being written',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  lineLost: 'Connection lost. Trying again…',
  lineBack: 'The connection is back.',
  // Result
  changes_one: '1 suggested change',
  changes_many: '{count} suggested changes',
  noChanges: 'No changes are suggested.',
  decided: '{accepted} accepted, {rejected} rejected, {open} open',
  acceptAll: 'Accept all',
  download: 'Download .docx',
  restart: 'Start over',
  readDocument: 'Show the document',
  about: 'About this result',
  sources: 'Sources',
  summary: 'Result',
  saved: 'Saved:',
  // Cards
  change: 'Change {number} of {count}',
  comment: 'Comment {number} of {count}',
  change_found: 'Change {number}',
  comment_found: 'Comment {number}',
  under: 'Under “{heading}”',
  equal: '{count} times: {said}',
  showEach: 'Show each',
  acceptEqual: 'Accept {count}',
  rejectEqual: 'Reject {count}',
  checks: 'Please check',
  deleted: 'deleted:',
  inserted: 'inserted:',
  object: '[object]',
  accept: 'Accept',
  reject: 'Reject',
  jump: 'Show',
  undo: 'Undo',
  accepted: 'Accepted',
  rejected: 'Rejected',
  applying: 'Applying…',
  changed: 'Skipped: this paragraph has changed since.',
  missing: 'Skipped: this paragraph is gone.',
  deletions: 'Skipped: deleted text is in the way. Accept or reject the tracked changes in this paragraph, then try again.',
  partly: 'Word made only part of this change. Please check it in the document.',
  refused: 'Word could not make this change. The text is unchanged.',
  unsupported: 'This Word cannot add comments from a pane.',
  undoByHand: 'Undo it in Word: press Undo, or choose Review > Reject.',
  notFound: 'This paragraph is gone.',
  trackByHand: 'This Word cannot switch Track Changes on by itself. Switch it on under Review, then confirm here.',
  trackIsOn: 'Track Changes is on',
  deletedIsRead:
    'This Word cannot tell deleted text from the rest. If there are tracked changes, accept or reject them first.',
  // Errors
  tryAgain: 'Try again',
  error_offline: 'The server does not answer.',
  fix_offline: 'Check your connection, then try again.',
  error_outage: 'The server is not ready.',
  fix_outage: 'Wait a moment, then try again.',
  error_token: 'Please sign in.',
  fix_token: 'Enter an access token. Your administrator has one for you; with “inlaid up” it is in the file api.token.',
  error_signin: 'Signing in did not work.',
  fix_signin: 'Try again. If it keeps happening, tell your administrator.',
  error_cancelled: 'You closed the sign-in window.',
  fix_cancelled: 'Try again when you are ready.',
  error_file: 'There is no document yet.',
  fix_file: 'Choose a .docx file.',
  fix_document: 'Choose another file, or save it as .docx in Word first.',
  fix_limit: 'Choose a smaller part of the document, or try again later.',
  error_empty: 'There is no text here.',
  fix_empty: 'Select some text, or choose the whole document.',
  error_word: 'Word could not do that.',
  fix_word: 'Is the document read-only or protected? Then save a copy, and try again there.',
  error_office: 'The pane cannot reach Word: Microsoft’s office.js could not be loaded.',
  fix_office:
    'Check your connection, then try again. If it keeps happening, your network may be blocking https://appsforoffice.microsoft.com; ask your administrator to allow it.',
  error_outside: 'This page belongs in Word, but was opened outside it.',
  fix_outside: 'In Word, choose Inlaid on the Review tab. Here you can work on a file instead.',
  openPage: 'Work on a file',
  error_old: 'This Word is too old for Inlaid.',
  fix_old:
    'Use Word of Microsoft 365, Word 2021 or later, or Word on the web. Or open {address} in a browser and choose the file there.',
  error_gone: 'This job no longer exists.',
  fix_gone: 'Start again.',
  error_internal: 'Something went wrong.',
  fix_internal: 'Try again. If it keeps happening, tell your administrator.',
  error_model_too_small: 'This needs a larger model than the one that is set up.',
  fix_model_too_small: 'Ask your administrator for one.',
  jobCancelled: 'Cancelled. Nothing was changed.',
  token: 'Access token',
  continue: 'Continue',
  correctFields: 'Please correct the marked fields.',
};

export type Key = keyof typeof en;

export type Language = 'en' | 'de';
export type Values = Record<string, string | number>;

export class Texts {
  readonly language: Language;

  /** `others` are texts that another program than Word says in its own words. */
  constructor(
    wanted: string,
    private readonly others: Partial<Record<Language, Partial<Record<Key, string>>>> = {},
  ) {
    this.language = wanted.toLowerCase().startsWith('de') ? 'de' : 'en';
  }

  get(key: Key, values: Values = {}): string {
    return filled(this.others[this.language]?.[key] ?? (this.language === 'de' ? de[key] : en[key]), values);
  }

  /** Returns the text for one or for many. */
  count(key: 'gaps' | 'stillOpenHere', count: number): string {
    return this.get(count === 1 ? `${key}_one` : `${key}_many`, { count });
  }

  has(key: string): key is Key {
    return key in en;
  }

  /** Returns a title, a choice or a help of a recipe; in English where somebody has made it themselves. */
  title(english: string): string {
    return (this.language === 'de' && deRecipes[english]) || english;
  }

  /** Returns what a recipe does; nothing rather than a sentence in another language. */
  described(english: string): string {
    return this.language === 'de' ? (deRecipes[english] ?? '') : english;
  }
}

export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
