/* Asks before a mail is sent in which a question is still open: a gap, written [[what is missing?]]. Nothing else stops a
 * mail, and whatever goes wrong here lets it go.
 *
 * Outlook runs this at sending: in a page, or (classic Outlook on Windows) as a script alone, where there is no page, no
 * network and only older JavaScript. So it needs no server and stands by itself; test/onsend.test.ts holds what it
 * takes for a gap and for a quote together with the pane's own src/mailHtml.ts. */
(function () {
  'use strict';
  var GAP = /\[\[([^\[\]\n]{1,300})\]\]/g;
  /* Where the quoted mail begins, by the mark-up of Outlook, Exchange, Gmail and Inlaid. What others wrote stops no mail. */
  var QUOTE = [
    /<div\b[^>]{0,300}\bid="?(?:x_)*(?:divRplyFwdMsg|appendonsend)\b/i,
    /<div\b[^>]{0,300}\bid="?(?:x_)*mail-editor-reference-message-container\b/i,
    /<div\b[^>]{0,300}\bborder-top:\s{0,2}solid #(?:E1E1E1|B5C4DF)/i,
    /<div\b[^>]{0,300}\bclass="?(?:x_)*(?:gmail_quote|OutlookMessageHeader)\b/i,
    /<blockquote\b[^>]{0,300}\btype="?cite\b/i
  ];
  var BREAK = /<(?:br|\/?(?:p|div|li|ul|ol|tr|table|h[1-6]|blockquote|hr|pre))\b[^>]*>/gi;
  var ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  /* Outlook shows at most 500 characters. */
  var MOST_CHARS = 480;
  var MOST_QUESTION_CHARS = 100;

  function ownPart(html) {
    var end = html.length;
    QUOTE.forEach(function (mark) {
      var found = html.search(mark);
      if (found >= 0 && found < end) end = found;
    });
    return html.slice(0, end);
  }

  function textOf(html) {
    return html
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<(style|script|title)\b[\s\S]*?<\/\1>/gi, '')
      .replace(/\r?\n/g, ' ')
      .replace(BREAK, '\n')
      .replace(/<[^>]*>/g, '')
      .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi, function (all, number, hex, name) {
        if (name) return ENTITIES[name.toLowerCase()] || all;
        return String.fromCharCode(parseInt(number || hex, number ? 10 : 16));
      });
  }

  function openQuestions(html) {
    var found = [];
    textOf(ownPart(html)).replace(GAP, function (all, question) {
      found.push(question.replace(/^\s*\u270f\ufe0f?/, '').replace(/\s+/g, ' ').trim());
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
    function settle(result) {
      try {
        if (result.status === Office.AsyncResultStatus.Succeeded) {
          var questions = openQuestions(String(result.value));
          if (questions.length) answer = refusal(questions);
        }
      } catch (error) {
        answer = { allowEvent: true };
      }
      event.completed(answer);
    }
    try {
      Office.context.mailbox.item.body.getAsync(Office.CoercionType.Html, settle);
    } catch (error) {
      event.completed(answer);
    }
  }

  Office.actions.associate('onMessageSendHandler', onMessageSendHandler);
})();
