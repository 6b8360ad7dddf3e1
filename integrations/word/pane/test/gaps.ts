/** Bodies of mails with the questions that are open in them: the pane and the script at sending find the same. */

const HISTORY = '<p>[[What did you write?]]</p>';

export const BODIES: [name: string, html: string, questions: string[]][] = [
  ['no gap', '<p>Hello [Tom] and [[]], bye.</p>', []],
  ['one', '<p>Yes, [[by when?]] it is.</p>', ['by when?']],
  ['two in a line', '<div>[[One?]] and [[two?]]</div>', ['One?', 'two?']],
  ['with a sign that telephones see', '<p>[[<mark>\u270f\ufe0f</mark> Which price holds?]]</p>', ['Which price holds?']],
  ['over tags and line ends of the source', '<p>[[<span style="color:red">Which\r\n price</span> holds?]]</p>', ['Which price holds?']],
  ['with signs written by name', '<p>[[R&amp;D &lt;or&gt;&nbsp;&#169; &#x41;?]]</p>', ['R&D <or> \u00a9 A?']],
  ['over two lines it is none', '<p>[[Which</p><p>price?]]</p>', []],
  ['in a comment or a sheet it is none', '<!-- [[a?]] --><style>p::before { content: "[[b?]]" }</style><p>c</p>', []],
  ['in the quote of Outlook', `<p>Hi</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From</div>${HISTORY}`, []],
  ['in the quote of Outlook, sent on', `<p>[[a?]]</p><div id="x_divRplyFwdMsg">From</div>${HISTORY}`, ['a?']],
  ['in the quote of the new Outlook', `<div>Hi</div><div id="mail-editor-reference-message-container">${HISTORY}</div>`, []],
  ['in the quote of classic Outlook', `<p>Hi</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>From</div>${HISTORY}`, []],
  ['in the quote of a draft of ours', `<p>[[a?]]</p><div class="gmail_quote"><blockquote type="cite">${HISTORY}</blockquote></div>`, ['a?']],
  ['in the quote of Outlook, in other marks', `<p>[[a?]]</p><div id='divRplyFwdMsg'>From</div>${HISTORY}`, ['a?']],
  ['below a rule and a sender', `<p>[[a?]]</p><hr><p><b>From:</b> Olivia</p>${HISTORY}`, ['a?']],
  ['below heads of paragraphs', `<p>[[a?]]</p><p><b>From:</b> Tom</p><p>To: Ann</p><p>Subject: Pumps</p>${HISTORY}`, ['a?']],
  ['below heads of lines', `<p>[[a?]]</p><div>Von: Tom<br>An: Ann<br>Betreff: Pumpen<br>${HISTORY}</div>`, ['a?']],
  ['below what only looks like heads', '<p>From: Rome</p><p>To: Bern</p><p>________</p><p>[[a?]]</p>', ['a?']],
  ['after an own indented part', '<blockquote>Indented.</blockquote><p>[[a?]]</p>', ['a?']],
  ['in a tag', '<a title="[[a?]]" href="https://x.example/[[b?]]">c</a>', []],
  ['never closed', `<p>${'[['.repeat(2000)}`, []],
];

const SENT = '[[What did you write?]]';

/** The same for mails in plain text. */
export const TEXTS: [name: string, text: string, questions: string[]][] = [
  ['one, with signs of mark-up', 'Hi <Tom>,\n[[by &amp; when?]]\n', ['by &amp; when?']],
  ['over two lines it is none', '[[by\r\nwhen?]]', []],
  ['in lines quoted to the end', `[[a?]]\r\n\r\n> ${SENT}\r\n\r\n>> ${SENT}\r\n`, ['a?']],
  ['below a quoted line, where the answer stands', `> Which day?\n[[a?]]\n> ${SENT}`, ['a?']],
  ['below the line of Outlook', `[[a?]]\r\n-----Original Message-----\r\n${SENT}`, ['a?']],
  ['below the line of Outlook in German', `[[a?]]\n-----Urspr\u00fcngliche Nachricht-----\n${SENT}`, ['a?']],
  ['below an underline', `[[a?]]\r\n________________________________\r\n${SENT}`, ['a?']],
  ['below the heads of a mail', `[[a?]]\nFrom: Tom\nSent: Monday 09:12\nTo: Ann\nSubject: Pumps\n\n${SENT}`, ['a?']],
  ['below heads in German', `[[a?]]\r\nVon: Tom\r\nGesendet: Montag\r\nAn: Ann\r\nBetreff: Pumpen\r\n\r\n${SENT}`, ['a?']],
  ['below heads in French', `[[a?]]\nDe : Tom\nEnvoy\u00e9 : lundi\n\u00c0 : Ann\nObjet : Pompes\n\n${SENT}`, ['a?']],
  ['below what only looks like it', 'From: Rome\nTo: Bern\n\n---\n_____\n-----Agenda-----\n[[a?]]', ['a?']],
];
