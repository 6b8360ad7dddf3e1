/** What the pane says in Outlook: texts of its own, and those of the other panes in Outlook's words. */

import { filled, Texts, type Values } from './strings';
import type { Key } from './stringsEn';

const en = {
  // The mail that is open
  noMail: 'No mail is open.',
  fix_noMail: 'Open a mail, or choose one in the list.',
  notAMail: 'Inlaid works on mails, not on appointments and other items.',
  // Reply
  reply: 'Reply',
  instruction: 'What do you want to say?',
  instructionHelp: 'A few words are enough, or none: what only you can answer is left open for you. Nothing is sent.',
  draftReply: 'Draft a reply',
  replyTitle: 'Draft of a reply',
  replyHelp: 'It opens as a reply that you can still change. Only you send it.',
  openReply: 'Open as reply',
  openReplyAll: 'Reply to all',
  openAnyway: 'Open anyway',
  openAnyway_one: '1 question is still open. Open anyway?',
  openAnyway_many: '{count} questions are still open. Open anyway?',
  draftAnyway: 'Draft anyway, with a warning',
  replyOpened: 'The reply is open beside the mail.',
  stillOpen_one: '1 question is still open. It is in brackets in the reply, and Outlook asks you before you send it.',
  stillOpen_many: '{count} questions are still open. They are in brackets in the reply, and Outlook asks you before you send it.',
  tooLong: 'The reply is too long for Outlook to open.',
  fix_tooLong: 'Copy it, and paste it into a reply.',
  // A draft that waits
  draftWaits: 'A draft waits in your Drafts.',
  draftWaitsHelp: 'Inlaid has answered this thread already.',
  showDraft: 'Show it',
  waitingTitle: 'The draft in your Drafts',
  waitingHelp: 'It waits in your Drafts folder. Open it there, or here as a new reply.',
  // Reading
  read: 'Read',
  summary: 'Summary',
  actions: 'Action items',
  noItems: 'Nothing to do.',
  // Asking
  askMail: 'This mail, its thread and its attachments',
  // Writing
  composeLead: 'Choose what to do with what you have written. Nothing changes before you accept it.',
  openGaps: 'Open questions in this mail',
  gapHelp: 'What you write replaces the question. Press Enter to go to the next one.',
  fillGap: 'Fill in',
  nextGap: 'Next question',
  gapFilled: 'Filled in. {count} left.',
  allFilled: 'No open questions left.',
  gapGone: 'This question is no longer in the mail.',
  notes_one: '1 note in this mail is for you, not for your reader.',
  notes_many: '{count} notes in this mail are for you, not for your reader.',
  removeNotes: 'Remove the notes',
  notesRemoved: 'The notes are removed.',
  lookAgain: 'Look again',
  bodyOnly: 'Select text in the body of the mail.',
  selectMore: 'The selected text appears more than once in this mail. Select a longer passage.',
};

export type MailKey = keyof typeof en;

const de: Record<MailKey, string> = {
  noMail: 'Es ist keine E-Mail offen.',
  fix_noMail: 'Öffnen Sie eine E-Mail, oder wählen Sie eine in der Liste.',
  notAMail: 'Inlaid arbeitet mit E-Mails, nicht mit Terminen und anderen Elementen.',
  reply: 'Antworten',
  instruction: 'Was möchten Sie sagen?',
  instructionHelp:
    'Ein paar Worte genügen, oder keine: Was nur Sie beantworten können, bleibt für Sie offen. Es wird nichts gesendet.',
  draftReply: 'Antwort entwerfen',
  replyTitle: 'Antwortentwurf',
  replyHelp: 'Er öffnet sich als Antwort, die Sie noch ändern können. Nur Sie senden sie.',
  openReply: 'Als Antwort öffnen',
  openReplyAll: 'Allen antworten',
  openAnyway: 'Trotzdem öffnen',
  openAnyway_one: '1 Frage ist noch offen. Trotzdem öffnen?',
  openAnyway_many: '{count} Fragen sind noch offen. Trotzdem öffnen?',
  draftAnyway: 'Trotzdem entwerfen, mit Warnung',
  replyOpened: 'Die Antwort ist neben der E-Mail offen.',
  stillOpen_one: '1 Frage ist noch offen. Sie steht in der Antwort in Klammern, und Outlook fragt Sie, bevor Sie senden.',
  stillOpen_many:
    '{count} Fragen sind noch offen. Sie stehen in der Antwort in Klammern, und Outlook fragt Sie, bevor Sie senden.',
  tooLong: 'Die Antwort ist zu lang, als dass Outlook sie öffnen könnte.',
  fix_tooLong: 'Kopieren Sie sie und fügen Sie sie in eine Antwort ein.',
  draftWaits: 'In Ihren Entwürfen wartet ein Entwurf.',
  draftWaitsHelp: 'Inlaid hat für diese Unterhaltung schon eine Antwort entworfen.',
  showDraft: 'Zeigen',
  waitingTitle: 'Der Entwurf in Ihren Entwürfen',
  waitingHelp: 'Er wartet in Ihrem Ordner Entwürfe. Öffnen Sie ihn dort, oder hier als neue Antwort.',
  read: 'Lesen',
  summary: 'Zusammenfassung',
  actions: 'Aufgaben',
  noItems: 'Es ist nichts zu tun.',
  askMail: 'Diese E-Mail, ihre Unterhaltung und ihre Anhänge',
  composeLead: 'Wählen Sie, was mit Ihrem Text geschehen soll. Nichts ändert sich, bevor Sie es annehmen.',
  openGaps: 'Offene Fragen in dieser E-Mail',
  gapHelp: 'Ihr Text ersetzt die Frage. Mit der Eingabetaste gelangen Sie zur nächsten.',
  fillGap: 'Einsetzen',
  nextGap: 'Nächste Frage',
  gapFilled: 'Eingesetzt. Noch {count}.',
  allFilled: 'Es ist keine Frage mehr offen.',
  gapGone: 'Diese Frage steht nicht mehr in der E-Mail.',
  notes_one: '1 Hinweis in dieser E-Mail ist für Sie, nicht für den Empfänger.',
  notes_many: '{count} Hinweise in dieser E-Mail sind für Sie, nicht für den Empfänger.',
  removeNotes: 'Hinweise entfernen',
  notesRemoved: 'Die Hinweise sind entfernt.',
  lookAgain: 'Erneut prüfen',
  bodyOnly: 'Markieren Sie Text im Hauptteil der E-Mail.',
  selectMore: 'Der markierte Text kommt in dieser E-Mail mehrmals vor. Markieren Sie eine längere Stelle.',
};

/** Texts of the other panes that name Word, or documents. */
const othersEn = {
  lead: en.composeLead,
  scope_selection: 'Selection',
  scope_document: 'Whole mail',
  askSources: 'Ask',
  askHelp: 'Each sentence of an answer shows the passage it comes from.',
  insertAnswer: 'Insert at the cursor',
  answerInserted: 'Inserted at the cursor.',
  changed: 'Skipped: this paragraph has changed since.',
  partly: 'Outlook made only part of this change. Please check it in the mail.',
  refused: 'Outlook could not make this change. The mail is unchanged.',
  undoByHand: 'Undo it in the mail.',
  fix_limit: 'Choose a smaller part of the mail, or try again later.',
  fix_empty: 'Write or select some text first.',
  error_word: 'Outlook could not do that.',
  fix_word: 'Try again. If it keeps happening, close the mail and open it again.',
  error_office: 'The pane cannot reach Outlook: Microsoft’s office.js could not be loaded.',
  error_outside: 'This page belongs in Outlook, but was opened outside it.',
  fix_outside: 'In Outlook, open a mail and choose Inlaid.',
  openPage: '',
  error_old: 'This Outlook is too old for Inlaid.',
  fix_old: 'Use Outlook of Microsoft 365, Outlook 2021 or later, or Outlook on the web.',
} satisfies Partial<Record<Key, string>>;

const othersDe: Record<keyof typeof othersEn, string> = {
  lead: de.composeLead,
  scope_selection: 'Auswahl',
  scope_document: 'Ganze E-Mail',
  askSources: 'Fragen',
  askHelp: 'Jeder Satz einer Antwort kommt mit der Stelle, die ihn sagt.',
  insertAnswer: 'An der Schreibmarke einfügen',
  answerInserted: 'An der Schreibmarke eingefügt.',
  changed: 'Übersprungen: Sie haben diesen Absatz inzwischen geändert.',
  partly: 'Outlook hat diese Änderung nur zum Teil eingetragen. Sehen Sie in der E-Mail nach.',
  refused: 'Outlook konnte diese Änderung nicht eintragen. Die E-Mail ist, wie sie war.',
  undoByHand: 'Nehmen Sie es in der E-Mail mit Rückgängig zurück.',
  fix_limit: 'Wählen Sie einen kleineren Teil der E-Mail, oder versuchen Sie es später noch einmal.',
  fix_empty: 'Schreiben Sie zuerst etwas, oder markieren Sie Text.',
  error_word: 'Outlook hat nicht getan, worum es gebeten wurde.',
  fix_word: 'Versuchen Sie es noch einmal. Bleibt es so, schließen Sie die E-Mail und öffnen Sie sie wieder.',
  error_office: 'Der Bereich erreicht Outlook nicht: Microsofts office.js konnte nicht geladen werden.',
  error_outside: 'Diese Seite gehört in Outlook und wurde außerhalb geöffnet.',
  fix_outside: 'Öffnen Sie in Outlook eine E-Mail und wählen Sie Inlaid.',
  openPage: '',
  error_old: 'Dieses Outlook ist zu alt für Inlaid.',
  fix_old: 'Nehmen Sie Outlook aus Microsoft 365, Outlook 2021 oder neuer, oder Outlook im Web.',
};

export class MailTexts extends Texts {
  constructor(wanted: string) {
    super(wanted, { en: othersEn, de: othersDe });
  }

  say(key: MailKey, values: Values = {}): string {
    return filled(this.language === 'de' ? de[key] : en[key], values);
  }
}
