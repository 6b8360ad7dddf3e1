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
  ['after an own indented part', '<blockquote>Indented.</blockquote><p>[[a?]]</p>', ['a?']],
  ['in a tag', '<a title="[[a?]]" href="https://x.example/[[b?]]">c</a>', []],
  ['never closed', `<p>${'[['.repeat(2000)}`, []],
];
