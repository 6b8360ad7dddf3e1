/** The pane beside a mail that is written: its open questions, and what can be done with its text. */

import type { Api } from './api';
import { App, type Screens } from './app';
import { AskView } from './askView';
import { ComposeHost } from './composeHost';
import { hintsOf } from './draftText';
import { GapsView } from './gapsView';
import { canOutlook } from './mailItem';
import type { MailTexts } from './mailStrings';
import { NotesView } from './notesView';
import type { TypedTokens } from './tokens';

/** Shows it in the pane. */
export async function compose(
  pane: HTMLElement,
  item: Office.MessageCompose,
  api: Api,
  typed: TypedTokens,
  texts: MailTexts,
): Promise<void> {
  const host = new ComposeHost(item, { bodyOnly: texts.say('bodyOnly'), selectMore: texts.say('selectMore') });
  const gaps = new GapsView(host, texts);
  const notes = new NotesView(host, texts);
  // A body that cannot be read is reported only when it is needed.
  const look = (): void => {
    Promise.all([gaps.look(), notes.look()]).catch((error: unknown) => console.warn(error));
  };
  // One for as long as the pane is open, so that a conversation outlasts the work on the mail.
  const asking = api.canAsk ? [new AskView(api, host, texts)] : [];
  const around = {
    above: () => {
      look();
      return [notes.element, gaps.element];
    },
    below: (screens: Screens) => asking.map((one) => one.on(screens)),
    fits: ({ apply_to }: { apply_to: string }) => apply_to === 'paragraphs',
  };
  const known = knownHints(item, api).then((hints) => {
    host.hints = hints;
    if (hints.size) look();
  });
  await new App(pane, api, host, typed, texts, '', around).begin();
  await known;
}

/** Returns the hints of the draft that waits for the thread; none where Outlook or the server does not know it. */
async function knownHints(item: Office.MessageCompose, api: Api): Promise<Set<string>> {
  try {
    const answered = canOutlook('1.14') ? item.inReplyTo : '';
    const job = answered ? await api.waitingDraft({ message_id: answered, references: [] }) : null;
    return hintsOf(job?.draft?.gaps ?? []);
  } catch (error) {
    console.warn(error);
    return new Set();
  }
}
