/* Asks before a mail is sent in which a question is still open: a gap, written [[what is missing?]]. Nothing else stops a
 * mail, and whatever goes wrong here lets it go.
 *
 * Outlook runs this at sending: in a page, or (classic Outlook on Windows) as a script alone, where there is no page, no
 * network and only older JavaScript. So it needs no server and stands by itself; test/onsend.test.ts holds what it
 * takes for a gap and for a quote together with the pane's own src/mailHtml.ts. */
(function () {
  'use strict';
  var GAP = /\[\[([^\[\]\n]{1,500})\]\]/g;
  /* Where the quoted mail begins, by the mark-up of Outlook, Exchange, Gmail and Inlaid. What others wrote stops no mail. */
  var QUOTE = [
    /<div\b[^<>]{0,300}\bid=["']?(?:x_)*(?:divRplyFwdMsg|appendonsend)\b/i,
    /<div\b[^<>]{0,300}\bid=["']?(?:x_)*mail-editor-reference-message-container\b/i,
    /<div\b[^<>]{0,300}\bborder-top:\s{0,2}solid #(?:E1E1E1|B5C4DF)/i,
    /<div\b[^<>]{0,300}\bclass=["']?(?:x_)*(?:gmail_quote|OutlookMessageHeader)\b/i,
    /<blockquote\b[^<>]{0,300}\btype=["']?cite\b/i,
    /<hr\b[^<>]{0,300}>(?:\s|&nbsp;|<[^<>]{0,300}>){0,20}(?:From|Von|De)\s?:/i
  ];
  /* The same in a plain text: a dividing line, or the heads of the mail, among them its subject. The first two hold in
   * what is seen of a page, too, where some program quotes by no mark-up that is known. */
  var TEXT_QUOTE = [
    /^-{3,}[ \t]{0,3}(?:Original Message|Urspr\u00fcngliche Nachricht|Message d['\u2019]origine|Mensaje original)[ \t]{0,3}-{3,}/im,
    /^(?:From|Von|De)\s?:.*(?:\r\n?|\n)(?:[^\s:]{1,16}\s?:.*(?:\r\n?|\n)){0,5}(?:Subject|Betreff|Objet|Asunto|Assunto)\s?:/im,
    /^_{8,}[ \t]*$/m
  ];
  var BREAK = /^<(?:br|\/?(?:p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|hr|pre|body|html))\b/i;
  var UNSEEN = /^<(style|script|title)\b/i;
  var ENTITY = /^&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/i;
  var ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  /* Outlook shows at most 500 characters. */
  var MOST_CHARS = 480;
  var MOST_QUESTION_CHARS = 100;

  function ownPart(body, isText) {
    var end = isText ? quotedTail(body) : body.length;
    return body.slice(0, endAbove(body, isText ? TEXT_QUOTE : QUOTE, end));
  }

  function endAbove(text, marks, end) {
    marks.forEach(function (mark) {
      var found = text.search(mark);
      if (found >= 0 && found < end) end = found;
    });
    return end;
  }

  /* Where the lines begin that are quoted by ">" up to the end of a plain text. */
  function quotedTail(text) {
    var lines = text.split('\n');
    var begin = text.length;
    var at = text.length + 1;
    while (lines.length) {
      var line = lines.pop();
      at -= line.length + 1;
      if (line.charAt(0) === '>') begin = at;
      else if (/\S/.test(line)) break;
    }
    return begin;
  }

  /* The text that is seen; each sign is looked at once, however the mail was made. */
  function textOf(html) {
    var text = '';
    var at = 0;
    while (at < html.length) {
      var sign = html.charAt(at);
      if (sign === '<' && /[!\/a-z]/i.test(html.charAt(at + 1))) {
        if (BREAK.test(html.substr(at, 14))) text += '\n';
        at = endOfTag(html, at);
        continue;
      }
      var entity = sign === '&' ? ENTITY.exec(html.substr(at, 10)) : null;
      text += entity ? decoded(entity) : /[ \t\r\n\f]/.test(sign) ? ' ' : sign;
      at += entity ? entity[0].length : 1;
    }
    return text;
  }

  function endOfTag(html, at) {
    function after(sign, from) {
      var found = html.indexOf(sign, from);
      return found < 0 ? html.length : found + sign.length;
    }
    if (html.substr(at, 4) === '<!--') return after('-->', at + 4);
    var unseen = UNSEEN.exec(html.substr(at, 14));
    if (unseen) {
      var close = new RegExp('</' + unseen[1], 'ig');
      close.lastIndex = at;
      var found = close.exec(html);
      return found ? after('>', found.index) : html.length;
    }
    for (var to = at + 1; to < html.length; to++) {
      var sign = html.charAt(to);
      if (sign === '>') return to + 1;
      if (sign === '"' || sign === "'") to = after(sign, to + 1) - 1;
    }
    return html.length;
  }

  function decoded(entity) {
    if (entity[3]) return ENTITIES[entity[3].toLowerCase()] || entity[0];
    var number = parseInt(entity[1] || entity[2], entity[1] ? 10 : 16);
    return number === 160 ? ' ' : number <= 0xffff ? String.fromCharCode(number) : entity[0];
  }

  function aboveHeads(text) {
    var lines = text.split('\n').map(function (line) { return line.trim(); }).filter(Boolean).join('\n');
    return lines.slice(0, endAbove(lines, TEXT_QUOTE.slice(0, 2), lines.length));
  }

  /* What stands behind the first | of a gap are its ready answers. */
  function openQuestions(body, isText) {
    var found = [];
    var own = ownPart(body, isText);
    (isText ? own.replace(/\r/g, '\n') : aboveHeads(textOf(own))).replace(GAP, function (all, question) {
      found.push(question.split('|')[0].replace(/^\s*\u270f\ufe0f?/, '').replace(/\s+/g, ' ').trim());
      return all;
    });
    return found;
  }

  function sentence(questions, isGerman) {
    var many = questions.length;
    var begin = isGerman
      ? many === 1 ? 'Diese E-Mail enthält noch 1 offene Frage: ' : 'Diese E-Mail enthält noch ' + many + ' offene Fragen: '
      : many === 1 ? 'This mail still has 1 open question: ' : 'This mail still has ' + many + ' open questions: ';
    var shown = questions.map(function (one) {
      return one.length > MOST_QUESTION_CHARS ? one.slice(0, MOST_QUESTION_CHARS - 1) + '\u2026' : one;
    });
    var text = begin + shown.join(' \u00b7 ');
    return text.length > MOST_CHARS ? text.slice(0, MOST_CHARS - 1) + '\u2026' : text;
  }

  function can(version) {
    return Office.context.requirements.isSetSupported('Mailbox', version);
  }

  function refusal(questions) {
    var isGerman = /^de/i.test(Office.context.displayLanguage || '');
    var answer = { allowEvent: false, errorMessage: sentence(questions, isGerman) };
    if (can('1.14')) {
      /* The button opens the pane, where the questions are filled in one after another. */
      answer.cancelLabel = isGerman ? 'Ausf\u00fcllen' : 'Fill them in';
      answer.commandId = 'OpenCompose';
    }
    return answer;
  }

  function onMessageSendHandler(event) {
    var answer = { allowEvent: true };
    var isText = false;
    function settle(result) {
      try {
        if (result.status === Office.AsyncResultStatus.Succeeded) {
          var questions = openQuestions(String(result.value), isText);
          if (questions.length) answer = refusal(questions);
        }
      } catch (error) {
        answer = { allowEvent: true };
      }
      event.completed(answer);
    }
    /* A mail whose form is not told is read as a page. */
    function read(told) {
      try {
        isText = told.status === Office.AsyncResultStatus.Succeeded && told.value === Office.CoercionType.Text;
        var form = isText ? Office.CoercionType.Text : Office.CoercionType.Html;
        Office.context.mailbox.item.body.getAsync(form, settle);
      } catch (error) {
        event.completed(answer);
      }
    }
    try {
      Office.context.mailbox.item.body.getTypeAsync(read);
    } catch (error) {
      event.completed(answer);
    }
  }

  Office.actions.associate('onMessageSendHandler', onMessageSendHandler);
})();
