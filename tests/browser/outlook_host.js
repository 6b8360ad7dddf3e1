/* A stand-in for office.js inside Outlook, with Outlook's rules.
 *
 * Calls answer later, by a callback with a result, never by a promise. What a requirement set brings is not there in an
 * Outlook of an older one (`version`): calling it is an error, as in Outlook. A mail that is read has plain properties and
 * no way to change it; a mail that is written has getters and setters. What is put over a selection leaves no selection
 * behind. A reply form takes 32 KB and opens; nothing here can send but the person (`send`), who passes the handler of
 * OnMessageSend first.
 * `window.outlookSetup` describes the mailbox; `window.outlookHost` is what a test looks at and types into.
 */
(() => {
  const setup = { version: '1.15', language: 'en-US', sets: {}, item: null, ...window.outlookSetup };
  const state = { replies: [], changed: 0, calls: [], handlers: {}, actions: {}, asked: [], dialogs: [], sent: [], opened: [] };
  const MOST_REPLY_BYTES = 32 * 1024;
  const atLeast = (have, want) => {
    const [a, b] = [have, want].map((one) => one.split('.').map(Number));
    return a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]);
  };
  const has = (version) => atLeast(setup.version, version);
  const later = (done, result) => setTimeout(() => done?.(result));
  const good = (value) => ({ status: 'succeeded', value });
  const bad = (code, message = 'An error of Outlook') => ({ status: 'failed', error: { code, message, name: 'Error' }, value: undefined });
  /* Members of a newer set are not there at all. */
  const members = (bySet) => Object.assign({}, ...Object.entries(bySet).map(([version, own]) => (has(version) ? own : {})));
  const lastOf = (args) => args[args.length - 1];
  const textOf = (html) => {
    const page = new DOMParser().parseFromString(html.replace(/<br>/gi, '\n').replace(/<\/(p|div|li|h[1-6])>/gi, '</$1>\n'), 'text/html');
    return page.body.textContent.trim();
  };
  const required = (form) => {
    if (form !== 'html' && form !== 'text') throw new Error('Sys.ArgumentException: coercionType');
  };

  function readItem(given) {
    const person = ({ name = '', address = '' }) => ({ displayName: name, emailAddress: address, recipientType: 'other' });
    const opens = (isAll) => (data) => {
      const html = typeof data === 'string' ? data : data.htmlBody;
      if (new Blob([html]).size > MOST_REPLY_BYTES) throw new Error('Sys.ArgumentOutOfRangeException: formData');
      state.replies.push({ html, isAll });
    };
    const opensLater = (isAll) => (data, done) => {
      opens(isAll)(data);
      later(done, setup.refuses === 'reply' ? bad(9000) : good(undefined));
    };
    const files = (given.files ?? []).map((file, at) => ({ id: `F${at}`, isInline: false, contentType: '', size: (file.content ?? '').length, attachmentType: 'file', ...file }));
    return {
      attachments: files.map(({ content: _content, format: _format, ...told }) => told),
      itemType: given.type ?? 'message', itemId: given.id ?? `AAMk ${given.messageId}`, internetMessageId: given.messageId ?? '<one@example.com>',
      conversationId: 'C1', subject: given.subject ?? '', from: person(given.from ?? {}), sender: person(given.from ?? {}),
      to: (given.to ?? []).map(person), cc: (given.cc ?? []).map(person), dateTimeCreated: new Date(given.at ?? '2026-11-25T09:30:00'),
      ...members({
        '1.0': { displayReplyForm: opens(false), displayReplyAllForm: opens(true) },
        '1.3': {
          body: {
            getAsync: (...args) => {
              required(args[0]);
              state.calls.push('body.getAsync');
              const value = args[0] === 'html' ? given.html : textOf(given.html);
              later(lastOf(args), setup.refuses === 'body' ? bad(9020) : good(value));
            },
          },
        },
        '1.8': {
          getAllInternetHeadersAsync: (done) => later(done, good(given.heads ?? '')),
          getAttachmentContentAsync: (id, done) => {
            state.calls.push(`getAttachmentContentAsync ${id}`);
            const file = files.find((one) => one.id === id);
            later(done, file?.content === undefined ? bad(9000) : good({ content: file.content, format: file.format ?? 'base64' }));
          },
        },
        '1.9': { displayReplyFormAsync: opensLater(false), displayReplyAllFormAsync: opensLater(true) },
      }),
    };
  }

  /* A mail that is written: `html` is its body, `selection` the stretch of it that is selected. */
  const draft = { html: '', selection: '', source: 'body' };
  function composeItem(given) {
    Object.assign(draft, { html: given.html ?? '', selection: given.selection ?? '', source: given.source ?? 'body' });
    const put = (data, done) => {
      if (setup.refuses === 'write') return later(done, bad(9000));
      state.changed++;
      if (draft.selection && draft.html.includes(draft.selection)) draft.html = draft.html.replace(draft.selection, () => data);
      else draft.html = draft.html.replace(/(?=<\/body>)|$/, () => data);
      draft.selection = '';
      later(done, good(undefined));
    };
    const people = (named) => ({
      getAsync: (done) => later(done, good((named ?? []).map(({ name = '', address }) => ({ displayName: name, emailAddress: address })))),
    });
    return {
      itemType: 'message', itemId: undefined, conversationId: 'C1',
      to: people(given.to), cc: people(given.cc), bcc: people(given.bcc),
      subject: { getAsync: (done) => later(done, good(given.subject ?? '')), setAsync: (_text, done) => later(done, good(undefined)) },
      body: members({
        '1.1': {
          getTypeAsync: (done) => later(done, good(given.isText ? 'text' : 'html')),
          setSelectedDataAsync: (data, options, done) => put(options?.coercionType === 'html' ? data : asHtml(data), done),
        },
        '1.3': {
          getAsync: (...args) => {
            required(args[0]);
            const value = args[0] === 'html' ? draft.html : given.isText ? draft.html : textOf(draft.html);
            later(lastOf(args), setup.refuses === 'body' ? bad(9020) : good(value));
          },
          setAsync: (data, options, done) => {
            required(options?.coercionType ?? 'text');
            if (setup.refuses === 'write') return later(done, bad(9000));
            state.changed++;
            draft.html = data;
            draft.selection = '';
            later(done, good(undefined));
          },
        },
      }),
      ...members({
        '1.2': {
          getSelectedDataAsync: (form, done) => {
            required(form);
            const data = form === 'html' ? draft.selection : textOf(draft.selection);
            later(done, good({ data, sourceProperty: draft.source, startPosition: 0, endPosition: data.length }));
          },
          setSelectedDataAsync: (data, options, done) => put(options?.coercionType === 'html' ? data : asHtml(data), done),
        },
        '1.14': { inReplyTo: given.inReplyTo ?? null },
      }),
    };
  }
  const asHtml = (text) => {
    const holder = document.createElement('div');
    holder.textContent = text;
    return new XMLSerializer().serializeToString(holder).replace(/^<div[^>]*>|<\/div>$/g, '');
  };

  const itemOf = (given) => (!given ? null : given.compose ? composeItem(given) : readItem(given));
  let item = itemOf(setup.item);
  window.Office = {
    HostType: { Word: 'Word', Outlook: 'Outlook' },
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    CoercionType: { Html: 'html', Text: 'text' },
    EventType: { ItemChanged: 'olkItemSelectedChanged', DialogMessageReceived: 'dialogMessageReceived', DialogEventReceived: 'dialogEventReceived' },
    onReady: async () => (setup.outside ? { host: null, platform: null } : { host: 'Outlook', platform: 'OfficeOnline' }),
    actions: { associate: (name, handler) => { state.actions[name] = handler; } },
    context: setup.outside ? {} : {
      displayLanguage: setup.language,
      officeTheme: setup.theme,
      requirements: {
        isSetSupported: (set, version = '1.1') =>
          set === 'Mailbox' ? has(version) : set in setup.sets && atLeast(setup.sets[set], version),
      },
      ui: {
        displayDialogAsync: (url, _options, done) => {
          state.dialogs.push(url);
          const handlers = {};
          const dialog = { addEventHandler: (kind, handle) => { handlers[kind] = handle; }, close: () => { state.dialogs.push('closed'); } };
          done({ status: 'succeeded', value: dialog });
          setTimeout(() => handlers.dialogMessageReceived({ message: JSON.stringify(setup.dialog ?? {}), origin: location.origin }));
        },
      },
      mailbox: {
        get item() { return item; },
        userProfile: { displayName: 'Ann Lee', emailAddress: 'ann@contoso.com', timeZone: 'UTC' },
        ...members({
          '1.5': {
            addHandlerAsync: (kind, handle, done) => {
              state.handlers[kind] = handle;
              later(done, good(undefined));
            },
          },
        }),
      },
    },
    auth: { getAuthContext: async () => ({ userPrincipalName: 'ann@contoso.com' }) },
  };
  /* The bridge of nested app authentication: `setup.bridge` says for each request what comes back. */
  if (setup.bridge) {
    const listeners = [];
    window.nestedAppAuthBridge = {
      addEventListener: (_kind, listen) => listeners.push(listen),
      postMessage: (text) => {
        const { method, requestId, tokenParams } = JSON.parse(text);
        const base = { messageType: 'NestedAppAuthResponse', requestId };
        let answer = { ...base, success: true, initContext: { capabilities: { queryAccount: false }, sdkName: 'test', sdkVersion: '1' } };
        if (method !== 'GetInitContext') {
          state.asked.push({ method, ...tokenParams });
          const given = setup.bridge.shift();
          answer = given.error ? { ...base, success: false, error: given.error } : { ...base, success: true, ...given };
        }
        setTimeout(() => listeners.forEach((listen) => listen(JSON.stringify(answer))));
      },
    };
  }
  /* office.js takes these away. */
  window.history.pushState = window.history.replaceState = null;

  window.outlookHost = {
    state,
    draft,
    /* The person chooses another mail, or none, while the pane is pinned. */
    choose: (given) => {
      item = itemOf(given);
      state.handlers.olkItemSelectedChanged?.({ type: 'olkItemSelectedChanged' });
    },
    select: (html, source = 'body') => Object.assign(draft, { selection: html, source }),
    type: (from, to) => { draft.html = draft.html.replace(from, () => to); },
    /* The person presses Send: what the handler of the manifest says. A mail that it lets go is sent. */
    send: () => new Promise((resolve) => {
      const settle = (answer) => {
        if (answer.allowEvent) state.sent.push(draft.html);
        resolve(answer);
      };
      const handler = state.actions.onMessageSendHandler;
      // A handler that did not load stops nothing.
      if (!handler) return settle({ allowEvent: true });
      handler({ completed: settle });
    }),
  };
})();
