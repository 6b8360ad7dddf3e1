/* Says why the pane does not start where its own script cannot: in a web view that is too old for it, or when it does not
 * arrive. No modern syntax here; this has to run in Internet Explorer, which Word and Outlook 2016 and 2019 show panes in. The page says which program it is for (data-host). */
(function () {
  'use strict';
  var isGerman = /^de/i.test(navigator.language || '');
  var address = location.href.replace(/[?#].*/, '');
  var isOutlook = document.documentElement.getAttribute('data-host') === 'outlook';
  var program = isOutlook ? 'Outlook' : 'Word';
  var texts = isGerman
    ? {
        old: 'Dieses ' + program + ' ist zu alt für Inlaid.',
        oldFix:
          'Nehmen Sie ' + program + ' aus Microsoft 365, ' + program + ' 2021 oder neuer, oder ' + program + ' im Web.' +
          (isOutlook ? '' : ' Oder öffnen Sie ' + address + ' in einem Browser und wählen Sie dort die Datei.'),
        lost: 'Inlaid konnte nicht geladen werden.',
        lostFix: 'Prüfen Sie die Verbindung und öffnen Sie den Bereich noch einmal. Bleibt es so, sagen Sie es Ihrer Administration.'
      }
    : {
        old: 'This ' + program + ' is too old for Inlaid.',
        oldFix:
          'Use ' + program + ' of Microsoft 365, ' + program + ' 2021 or later, or ' + program + ' on the web.' +
          (isOutlook ? '' : ' Or open ' + address + ' in a browser and choose the file there.'),
        lost: 'Inlaid could not be loaded.',
        lostFix: 'Check your connection, then open the pane again. If it keeps happening, tell your administrator.'
      };

  function say(what, fix) {
    var pane = document.getElementById('pane');
    if (!pane || pane.firstChild) return;
    pane.appendChild(line('h1', 'Inlaid', ''));
    var bar = document.createElement('div');
    bar.className = 'bar bad';
    bar.setAttribute('role', 'alert');
    bar.appendChild(line('p', what, 'what'));
    bar.appendChild(line('p', fix, ''));
    pane.appendChild(bar);
  }

  function line(name, text, look) {
    var element = document.createElement(name);
    element.className = look;
    element.appendChild(document.createTextNode(text));
    return element;
  }

  function ready(work) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', work);
    else work();
  }

  if (!('noModule' in document.createElement('script'))) {
    ready(function () { say(texts.old, texts.oldFix); });
    return;
  }
  window.addEventListener('error', function (event) {
    var isFile = event.target && event.target.nodeName === 'SCRIPT';
    // The first Edge knows modules, and not what is written in them.
    var isOld = !isFile && /SyntaxError|Syntax error/i.test(event.message || '');
    ready(function () { say(isOld ? texts.old : texts.lost, isOld ? texts.oldFix : texts.lostFix); });
  }, true);
})();
