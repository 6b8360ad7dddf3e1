/** The draft of a reply: what it is called, and the way into a reply. */

import { asHtml } from './draftText';
import { DraftView } from './draftView';
import type { MailTexts } from './mailStrings';
import type { Draft, Failure } from './model';
import type { Refining } from './wishForm';

/** What can be done with the draft of a reply. */
export interface ReplyDesk {
  texts: MailTexts;
  /** Opens the text as a reply. */
  open(html: string, text: string, toAll: boolean): Promise<void>;
  failureOf(error: unknown): Failure;
  /** Null for a draft that waits in the mailbox, which is not written again here. */
  refining: Refining | null;
  again: (() => void) | null;
  back(): void;
}

export function replyView(draft: Draft, { open, ...desk }: ReplyDesk): DraftView {
  const { texts } = desk;
  const isWaiting = desk.again === null;
  const take = (toAll: boolean) => async (text: string, left: number): Promise<string> => {
    await open(asHtml(text), text, toAll);
    return `${texts.say('replyOpened')} ${left ? texts.say(left === 1 ? 'stillOpen_one' : 'stillOpen_many', { count: left }) : ''}`.trim();
  };
  const asks = (left: number): [string, string] => [
    texts.say(left === 1 ? 'openAnyway_one' : 'openAnyway_many', { count: left }),
    texts.say('openAnyway'),
  ];
  return new DraftView(draft, {
    ...desk,
    heading: texts.say(isWaiting ? 'waitingTitle' : 'replyTitle'),
    help: texts.say(isWaiting ? 'waitingHelp' : 'replyHelp'),
    takes: [
      { id: 'open-reply', label: texts.say('openReply'), asks, take: take(false) },
      { id: 'open-reply-all', label: texts.say('openReplyAll'), asks, take: take(true) },
    ],
  });
}
