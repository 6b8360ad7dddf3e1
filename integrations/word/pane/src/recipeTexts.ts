/** What the server says in English of the recipes that come with Inlaid: titles, descriptions, inputs and choices. */

export const deRecipes: Record<string, string> = {
  Proofread: 'Korrektur lesen',
  'Correct spelling and grammar where it is certain, and nothing else.':
    'Berichtigt Rechtschreibung und Grammatik, wo sie sicher falsch sind, und sonst nichts.',
  'Write here': 'Hier schreiben',
  'Write a passage for a place in a document: from a brief, as a continuation, from a template or from sources.':
    'Schreibt eine Stelle in einem Dokument: nach einem Auftrag, als Fortsetzung, aus einer Vorlage oder aus Quellen.',
  'Continue the text before': 'Den Text davor fortsetzen',
  Shorten: 'Kürzen',
  'Say it in half the words.': 'Sagt es mit halb so vielen Wörtern.',
  Rewrite: 'Umformulieren',
  'Say the same in another tone.': 'Sagt dasselbe in einem anderen Ton.',
  Tone: 'Ton',
  polite: 'höflich',
  formal: 'förmlich',
  friendly: 'freundlich',
  direct: 'direkt',
  plain: 'schlicht',
  'What else to change': 'Was noch zu ändern ist',
  'Plain language': 'Einfache Sprache',
  'Say the same in short sentences and common words.': 'Sagt dasselbe in kurzen Sätzen und geläufigen Wörtern.',
  Translate: 'Übersetzen',
  'The same text in another language; names and numbers stay.':
    'Derselbe Text in einer anderen Sprache; Namen und Zahlen bleiben.',
  Into: 'Zielsprache',
  English: 'Englisch',
  German: 'Deutsch',
  French: 'Französisch',
  Spanish: 'Spanisch',
  Italian: 'Italienisch',
  Portuguese: 'Portugiesisch',
  Dutch: 'Niederländisch',
  Swedish: 'Schwedisch',
  Danish: 'Dänisch',
  Polish: 'Polnisch',
  Russian: 'Russisch',
  Greek: 'Griechisch',
  Arabic: 'Arabisch',
  Hebrew: 'Hebräisch',
  Korean: 'Koreanisch',
  Japanese: 'Japanisch',
  Chinese: 'Chinesisch',
  Thai: 'Thailändisch',
  Hindi: 'Hindi',
  Armenian: 'Armenisch',
  Georgian: 'Georgisch',
  Bengali: 'Bengalisch',
  Tamil: 'Tamil',
  Summarize: 'Zusammenfassen',
  'The main points of a text or thread, with who does what by when.':
    'Die Hauptpunkte, und wer was bis wann tut.',
  'What matters to you': 'Was Ihnen wichtig ist',
  'A question or topic; left empty, the whole text counts.': 'Eine Frage oder ein Thema; leer zählt der ganze Text.',
  Title: 'Titel',
  'A title or subject line that says what the text is about.': 'Ein Titel oder Betreff, der sagt, worum es geht.',
  Scan: 'Durchsuchen',
  'What a text says on a question; or risks, opportunities, complaints, commitments and the like in it, each with its quote: with the local model the terms of an agreement alone.':
    'Was ein Text zu einer Frage sagt; oder Risiken, Chancen, Beschwerden, Zusagen und Ähnliches darin, jeweils mit Zitat: mit dem lokalen Modell nur die Bedingungen einer Vereinbarung.',
  'What are you looking for?': 'Wonach suchen Sie?',
  'A question or topic; left empty, a larger model lists risks, opportunities, complaints and the like, the local one the terms of an agreement.':
    'Eine Frage oder ein Thema; bleibt das Feld leer, listet ein größeres Modell Risiken, Chancen, Beschwerden und Ähnliches auf, das lokale die Bedingungen einer Vereinbarung.',
  'Action items': 'Aufgaben',
  'What was asked for or promised, by whom and until when, each with its quote.':
    'Worum gebeten und was zugesagt wurde, von wem und bis wann, jeweils mit Zitat.',
  'Find risks': 'Risiken finden',
  'Sentences that may cost something: what may go wrong, what binds, complaints, open points; with the local model the terms of an agreement alone.':
    'Sätze, die etwas kosten können: was schiefgehen kann, was bindet, Beschwerden, offene Punkte; mit dem lokalen Modell nur die Bedingungen einer Vereinbarung.',
  'Check consistency': 'Widersprüche finden',
  'Passages that may contradict each other: amounts, dates, times and counts that differ for the same matter.':
    'Stellen, die sich widersprechen können: Beträge, Daten, Zeiten und Mengen, die für dieselbe Sache verschieden sind.',
  'Fill a template': 'Vorlage ausfüllen',
  'Find the value of each field in a text, word for word, else in your sources; what neither says stays open.':
    'Sucht den Wert jedes Felds wörtlich in einem Text, sonst in Ihren Quellen; was beide nicht sagen, bleibt offen.',
  'What to fill in': 'Was einzutragen ist',
  'A line for each field is found best, such as Customer: Contoso; any text that says the values will do.':
    'Am besten eine Zeile je Feld, etwa Kunde: Contoso; jeder Text, der die Werte nennt, geht auch.',
  Fields: 'Felder',
  'Names of the fields, separated by commas, such as Customer, Price; a template brings its own. Empty: those that the text labels.':
    'Namen der Felder, mit Kommas dazwischen, etwa Kunde, Preis; eine Vorlage bringt ihre mit. Leer: die im Text benannten.',
  'Wordings to try': 'Formulierungen zum Ausprobieren',
  'Several wordings of one message, each with another motive; what people choose decides which come first.':
    'Mehrere Fassungen einer Botschaft, jede mit einem anderen Motiv; was gewählt wird, kommt künftig zuerst.',
  'For whom': 'Für wen',
  'Where it will stand': 'Wo es stehen wird',
  'For instance: subject line, button, notice, advertisement.': 'Zum Beispiel: Betreff, Schaltfläche, Hinweis, Anzeige.',
  Instruction: 'Anweisung',
};
