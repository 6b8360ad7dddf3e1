/* A stand-in for office.js inside Word: a document of paragraphs, characters and tracked changes, and Word's rules.
 *
 * What a page reads must have been loaded and synced; calls wait in a queue until sync, and an error there drops the
 * rest; objects die with their Word.run; calls of a requirement set that this Word has not are refused.
 *
 * Deleted text that is tracked stays in `text` and is found by a search like any other, so that nothing is found across
 * it (`balloons`: not in `text`, and still nothing is found across it). Ids of paragraphs are others in each window.
 * With `complains` Word on the web puts text into a range that was searched and then throws.
 * `window.wordSetup` describes the document; `window.wordHost` is what a test looks at and types into.
 */
(() => {
  const setup = { author: 'Ann', version: '1.6', tracking: 'Off', sets: {}, settings: {}, language: 'en-US', ...window.wordSetup };
  let clock = 0;
  let names = 0;
  const chars = (text, extra = {}) => [...text].map((c) => ({ c, ...extra }));
  /* `earlier` is what Ben inserted at the end of a paragraph before, as a tracked change. */
  const session = crypto.randomUUID().slice(9);
  const newId = () => `${String(++names).padStart(8, '0')}-${session}`;
  const ben = { author: 'Ben', date: new Date(9e11) };
  /* `marked` is a text with Ben's earlier changes in it: [-deleted-] and {+inserted+}. */
  const marked = (text) =>
    [...text.matchAll(/\[-(.*?)-\]|\{\+(.*?)\+\}|[^[{]+|./gs)].flatMap(([whole, gone, made]) =>
      gone !== undefined ? chars(gone, { del: ben }) : made !== undefined ? chars(made, { ins: ben }) : chars(whole));
  const paragraphs = setup.paragraphs.map(({ text, level, locked, earlier, cell, story = 'body' }) => ({
    id: newId(), story, cell, level: level ?? 10, locked: Boolean(locked),
    chars: [...marked(text), ...chars(earlier ?? '', { ins: ben })],
  }));
  const state = {
    tracking: setup.tracking, comments: [], selected: null, selection: setup.selection ?? [0, 0], settings: { ...setup.settings },
    saved: 0, syncs: 0, modes: [], dialogs: [], asked: [],
  };

  class OfficeError extends Error {
    constructor(code, message = code) {
      super(message);
      Object.assign(this, { name: 'OfficeExtension.Error', code, debugInfo: { code } });
    }
  }
  const fail = (code) => { throw new OfficeError(code); };
  const atLeast = (have, want) => {
    const [a, b] = [have, want].map((one) => one.split('.').map(Number));
    return a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]);
  };
  const needs = (version) => atLeast(setup.version, version) || fail('ApiNotFound');
  const current = (list) => list.filter((one) => !one.del);
  const original = (list) => list.filter((one) => !one.ins);
  const shown = (paragraph) => (setup.balloons ? current(paragraph.chars) : paragraph.chars);
  const textOf = (list) => list.map((one) => one.c).join('');

  /* The document itself. A stretch is a list of characters of one paragraph. */
  const writable = (paragraph) => paragraph.locked && fail('AccessDenied');
  const inserted = (text, rev) => chars(text, state.tracking === 'Off' ? {} : { ins: rev });
  function remove(paragraph, list, rev) {
    writable(paragraph);
    for (const one of list.filter((each) => !each.del)) {
      if (state.tracking === 'Off' || one.ins) paragraph.chars.splice(paragraph.chars.indexOf(one), 1);
      else one.del = rev;
    }
  }
  /* Where a stretch begins and ends among the characters of its paragraph; an empty one stands at `at`. */
  function edges({ paragraph, list, at = 0 }) {
    if (!list.length) return [at, at];
    return [paragraph.chars.indexOf(list[0]), paragraph.chars.indexOf(list[list.length - 1]) + 1];
  }
  function edge(stretch, where) {
    if (where !== 'Start' && where !== 'End') return stretch;
    return { ...stretch, list: [], at: edges(stretch)[where === 'Start' ? 0 : 1] };
  }
  function insert(stretch, text, where) {
    writable(stretch.paragraph);
    const rev = { author: setup.author, date: new Date(1e12 + ++clock * 1000) };
    const { chars: all } = stretch.paragraph;
    const [first, end] = edges(stretch);
    const at = where === 'Start' || where === 'Before' ? first : end;
    const made = inserted(text, rev);
    all.splice(at, 0, ...made);
    if (where === 'Replace') remove(stretch.paragraph, stretch.list, rev);
    if (setup.complains && stretch.isSearched) fail('GeneralException');
  }
  function changesOf(paragraph) {
    const found = [];
    for (const one of paragraph.chars) {
      const rev = one.del || one.ins;
      const last = found[found.length - 1];
      if (!rev) found.push(null);
      else if (last && last.rev === rev && last.isDeleted === Boolean(one.del)) last.list.push(one);
      else found.push({ paragraph, rev, isDeleted: Boolean(one.del), list: [one] });
    }
    return found.filter(Boolean);
  }
  function rejectChange({ paragraph, isDeleted, list }) {
    for (const one of list) {
      if (isDeleted) delete one.del;
      else paragraph.chars.splice(paragraph.chars.indexOf(one), 1);
    }
  }
  function finds(paragraph, text) {
    if (text.length > 255) fail('SearchStringInvalidOrTooLong');
    if (/(^|[^^])(\^\^)*\^([^^]|$)/.test(text)) fail('SearchStringInvalidOrTooLong');
    const wanted = text.replaceAll('^^', '^');
    const found = [];
    for (const list of setup.balloons ? betweenDeletions(paragraph) : [paragraph.chars]) {
      const whole = textOf(list);
      for (let at = whole.indexOf(wanted); wanted && at >= 0; at = whole.indexOf(wanted, at + wanted.length)) {
        const start = [...whole.slice(0, at)].length;
        found.push({ paragraph, isSearched: true, list: list.slice(start, start + [...wanted].length) });
      }
    }
    return found;
  }
  function betweenDeletions(paragraph) {
    const found = [[]];
    for (const one of paragraph.chars) {
      if (one.del) found.push([]);
      else found[found.length - 1].push(one);
    }
    return found;
  }
  function commentOn(stretch, text) {
    const comment = { id: `C${++names}`, text, on: textOf(current(stretch.list)), paragraph: stretch.paragraph };
    state.comments.push(comment);
    return comment;
  }
  function reviewed(context, target, version) {
    needs('1.4');
    const result = { get value() { return this.found ?? fail('ValueNotLoaded'); } };
    context.queue(() => { result.found = textOf((version === 'Original' ? original : current)(target())); });
    return result;
  }

  /* The proxies. */
  class Proxy_ {
    constructor(context, make) {
      this.context = context;
      this.values = {};
      this.asked = new Set();
      context.queue(() => { this.target = make(); });
    }
    load(what) {
      const wanted = String(what).split(',').map((name) => name.trim().replace(/^items\//, ''));
      wanted.forEach((name) => this.asked.add(name));
      this.context.queue(() => this.fill(wanted));
      return this;
    }
    fill(wanted) {
      for (const name of wanted) {
        if (!(name in this.readers)) fail('InvalidArgument');
        this.values[name] = this.readers[name](this.target);
      }
    }
    read(name) {
      this.context.alive();
      if (name in this.values) return this.values[name];
      throw new OfficeError(this.asked.has(name) ? 'PropertyNotSynced' : 'PropertyNotLoaded', `The property '${name}' is not available.`);
    }
    act(work) { this.context.queue(() => work(this.target)); }
  }
  function readable(kind, readers) {
    kind.prototype.readers = readers;
    for (const name of Object.keys(readers))
      Object.defineProperty(kind.prototype, name, { get() { return this.read(name); }, configurable: true });
  }
  class Collection {
    constructor(context, kind, make) {
      Object.assign(this, { context, kind, make, synced: null });
      context.queue(() => undefined);
    }
    load(what) {
      this.context.queue(() => {
        // Loading again looks again, as in Word.
        this.synced = this.make().map((target) => {
          const one = new this.kind(this.context.inside(), () => target);
          one.context = this.context;
          one.target = target;
          const wanted = String(what).split(',').map((name) => name.trim().replace(/^items\/?/, '')).filter(Boolean);
          one.fill(wanted);
          return one;
        });
      });
      return this;
    }
    get items() {
      this.context.alive();
      return this.synced ?? fail('PropertyNotLoaded');
    }
  }
  class Range extends Proxy_ {
    insertText(text, where) { this.act((stretch) => insert(stretch, text, where)); }
    delete() { this.act((stretch) => remove(stretch.paragraph, stretch.list, { author: setup.author, date: new Date(1e12 + ++clock * 1000) })); }
    expandTo(other) {
      return new Range(this.context, () => {
        const { paragraph } = this.target;
        if (other.target.paragraph !== paragraph) fail('InvalidArgument');
        const [from, to] = [edges(this.target)[0], edges(other.target)[1]];
        return { paragraph, at: from, list: paragraph.chars.slice(from, to) };
      });
    }
    getRange(where) { needs('1.3'); return new Range(this.context, () => edge(this.target, where)); }
    select() {
      this.act(({ paragraph, list }) => { state.selected = paragraph.id; state.selectedText = textOf(current(list)); });
    }
    insertComment(text) { needs('1.4'); return new Comment_(this.context, () => commentOn(this.target, text)); }
    getComments() {
      needs('1.4');
      return new Collection(this.context, Comment_, () => state.comments.filter((one) => one.paragraph === this.target.paragraph));
    }
    get paragraphs() { return new Collection(this.context, Paragraph, () => [this.target.paragraph]); }
    getReviewedText(version) { return reviewed(this.context, () => this.target.list, version); }
    getTrackedChanges() { needs('1.6'); return new Collection(this.context, TrackedChange, () => changesOf(this.target.paragraph)); }
    compareLocationWith(other) {
      needs('1.3');
      const result = { get value() { return this.found ?? fail('ValueNotLoaded'); } };
      this.act((mine) => {
        const at = paragraphs.indexOf(other.target.paragraph);
        result.found = at < mine.first ? 'After' : at > mine.last ? 'Before' : 'Contains';
      });
      return result;
    }
  }
  readable(Range, { text: ({ list }) => textOf(list) });
  class Paragraph extends Proxy_ {
    search(text) { return new Collection(this.context, Range, () => finds(this.target, text)); }
    getRange(where) {
      needs('1.3');
      return new Range(this.context, () => edge({ paragraph: this.target, list: this.target.chars }, where));
    }
    getReviewedText(version) { return reviewed(this.context, () => this.target.chars, version); }
    select() { this.act((paragraph) => { state.selected = paragraph.id; }); }
    get parentTableCell() { needs('1.3'); return new Cell(this.context, () => this.target.cell ?? fail('ItemNotFound')); }
  }
  readable(Paragraph, {
    text: (paragraph) => textOf(shown(paragraph)),
    outlineLevel: (paragraph) => paragraph.level,
    tableNestingLevel: (paragraph) => (paragraph.cell ? 1 : 0),
    uniqueLocalId: (paragraph) => { needs('1.6'); return paragraph.id; },
  });
  /* `cell` of a paragraph is its row and its place in that. */
  class Cell extends Proxy_ {}
  readable(Cell, { rowIndex: ([row]) => row, cellIndex: ([, column]) => column });
  class TrackedChange extends Proxy_ {
    reject() { this.act(rejectChange); }
  }
  readable(TrackedChange, {
    type: ({ isDeleted }) => (isDeleted ? 'Deleted' : 'Added'),
    text: ({ list }) => textOf(list),
    author: ({ rev }) => rev.author,
    date: ({ rev }) => rev.date,
  });
  class Comment_ extends Proxy_ {
    getRange() {
      needs('1.4');
      return new Range(this.context, () => ({ paragraph: this.target.paragraph, list: [...this.target.on].map((c) => ({ c })) }));
    }
    delete() { this.act((comment) => state.comments.splice(state.comments.indexOf(comment), 1)); }
  }
  readable(Comment_, { id: ({ id }) => id, content: ({ text }) => text });
  class Selection extends Range {
    get paragraphs() {
      return new Collection(this.context, Paragraph, () => paragraphs.slice(state.selection[0], state.selection[1] + 1));
    }
  }
  readable(Selection, { ...Range.prototype.readers, isEmpty: () => { needs('1.3'); return setup.selection === undefined; } });
  /* What a document has beside its body: paragraphs with a `story` of header, footer or footnote. */
  const inStory = (story) => paragraphs.filter((one) => one.story === story);
  const storyOf = (context, story) => ({ paragraphs: new Collection(context, Paragraph, () => inStory(story)) });
  function stories(context, names, make) {
    const list = { load() { context.queue(() => { list.found = names.map(make); }); }, get items() { return list.found ?? fail('PropertyNotLoaded'); } };
    return list;
  }
  class Document extends Proxy_ {
    get body() {
      const { context } = this;
      return {
        ...storyOf(context, 'body'),
        get footnotes() { needs('1.5'); return stories(context, ['footnote'], (story) => ({ body: storyOf(context, story) })); },
        get endnotes() { needs('1.5'); return stories(context, [], () => null); },
        getComments() { needs('1.4'); return new Collection(context, Comment_, () => state.comments); },
        getTrackedChanges() {
          needs('1.6');
          return new Collection(context, TrackedChange, () => inStory('body').flatMap(changesOf));
        },
        getReviewedText: (version) => reviewed(context, () => inStory('body').flatMap((one) => one.chars), version),
      };
    }
    get sections() {
      const { context } = this;
      const section = { getHeader: () => storyOf(context, 'header'), getFooter: () => storyOf(context, 'footer') };
      return stories(context, ['section'], () => section);
    }
    getSelection() {
      const [first, last] = state.selection;
      const { chars: all } = paragraphs[last];
      /* `cursor` is how many characters of the last paragraph stand before the end of the selection; all by default. */
      const list = all.slice(0, setup.cursor ?? all.length);
      return new Selection(this.context, () => ({ first, last, paragraph: paragraphs[last], list, at: 0 }));
    }
    getParagraphByUniqueLocalId(id) {
      needs('1.6');
      return new Paragraph(this.context, () => paragraphs.find((one) => one.id === id) ?? fail('ItemNotFound'));
    }
    get changeTrackingMode() { return this.read('changeTrackingMode'); }
    set changeTrackingMode(mode) {
      needs('1.4');
      this.act(() => { state.tracking = mode; state.modes.push(mode); });
    }
  }
  Document.prototype.readers = { changeTrackingMode: () => { needs('1.4'); return state.tracking; } };

  class Context {
    constructor() {
      this.calls = [];
      this.isOver = false;
      this.document = new Document(this, () => null);
    }
    alive() { if (this.isOver) fail('InvalidObjectPath'); }
    inside() { return { queue: (call) => call() }; }
    queue(call) { this.alive(); this.calls.push(call); }
    async sync() {
      this.alive();
      await new Promise((resolve) => setTimeout(resolve));
      state.syncs++;
      const calls = this.calls;
      this.calls = [];
      for (const call of calls) call();
    }
  }
  window.Word = {
    run: async (work) => {
      const context = new Context();
      try {
        const result = await work(context);
        await context.sync();
        return result;
      } finally {
        context.isOver = true;
      }
    },
  };
  window.Office = {
    HostType: { Word: 'Word' },
    AsyncResultStatus: { Succeeded: 'succeeded' },
    EventType: { DialogMessageReceived: 'dialogMessageReceived', DialogEventReceived: 'dialogEventReceived' },
    onReady: async () => (setup.outside ? { host: null, platform: null } : { host: 'Word', platform: 'PC' }),
    // A page that no Office shows has next to nothing here.
    context: setup.outside ? {} : {
      displayLanguage: setup.language,
      officeTheme: setup.theme,
      requirements: {
        isSetSupported: (set, version = '1.1') =>
          set === 'WordApi' ? atLeast(setup.version, version) : set in setup.sets && atLeast(setup.sets[set], version),
      },
      ui: {
        /* Opens no window: the person signs in (`setup.dialog`) or closes it. */
        displayDialogAsync: (url, _options, done) => {
          state.dialogs.push(url);
          const handlers = {};
          const dialog = { addEventHandler: (kind, handle) => { handlers[kind] = handle; }, close: () => { state.dialogs.push('closed'); } };
          done({ status: 'succeeded', value: dialog });
          setTimeout(() => {
            if (setup.dialog) handlers.dialogMessageReceived({ message: JSON.stringify(setup.dialog), origin: location.origin });
            else handlers.dialogEventReceived({ error: 12006 });
          });
        },
      },
      document: {
        url: 'https://contoso.sharepoint.com/report.docx',
        settings: {
          get: (name) => state.settings[name] ?? null,
          set: (name, value) => { state.settings[name] = value; },
          remove: (name) => { delete state.settings[name]; },
          saveAsync: (done) => { state.saved++; setTimeout(() => done({ status: 'succeeded' })); },
        },
      },
    },
    auth: { getAuthContext: async () => ({ userPrincipalName: 'ann@contoso.com' }) },
  };
  /* Office's own single sign-on: the answers of `setup.office` in turn, a token or the number of an error. */
  window.OfficeRuntime = {
    auth: {
      getAccessToken: async (options) => {
        state.asked.push(options);
        const answer = (setup.office ?? [13000]).shift();
        if (typeof answer === 'number') throw Object.assign(new Error('sign-in'), { code: answer });
        return answer;
      },
    },
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

  window.wordHost = {
    state,
    /** Each paragraph as Word shows it: [-deleted-] and {+inserted+}. */
    view: () => paragraphs.map(({ chars: all }) =>
      all.map(({ c, ins, del }) => (del ? `[-${c}-]` : ins ? `{+${c}+}` : c)).join('').replaceAll('-][-', '').replaceAll('+}{+', '')),
    current: () => paragraphs.map((one) => textOf(current(one.chars))),
    original: () => paragraphs.map((one) => textOf(original(one.chars))),
    comments: () => state.comments.map(({ text, on }) => ({ text, on })),
    authors: () => [...new Set(paragraphs.flatMap(changesOf).map(({ rev }) => rev.author))],
    /** What the person types at the end of a paragraph; untracked, as with Track Changes off. */
    type: (at, text) => paragraphs[at].chars.push(...chars(text)),
    remove: (at) => paragraphs.splice(at, 1),
    insertBefore: (at, text) => paragraphs.splice(at, 0, { id: newId(), story: 'body', level: 10, locked: false, chars: chars(text) }),
    lock: (at, isLocked = true) => { paragraphs[at].locked = isLocked; },
  };
})();
