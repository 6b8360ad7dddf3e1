"""Which language a text is in: by script first, then by stop words. No model, no download."""

import functools
import re
import unicodedata

# A stop word counts for every language that lists it; words that several share settle nothing.
_STOP_WORDS = {
    "en": "the and is are was were of to in that it for you with this have not be on as at from we can will would do"
    " if your but they please i my our has an by or what which there their",
    "de": "der die das und ist nicht ein eine einen einem zu den dem mit sich auf für im wir sie ich es auch von bei"
    " wird sind haben oder als noch wie uns mir ihr bitte aber dass kann am zum zur nach werden",
    "fr": "le la les des et est un une dans que pour vous nous je pas ce qui sur avec au du en il elle sont plus ne se"
    " par votre mais ou aux cette être avez merci si leur",
    "es": "el la los las de y es un una que en por para con no se su del al lo como más pero le usted nos este esta"
    " está son hay muy gracias o si ya nuestro",
    "it": "il lo la i gli le di e è un una che in per con non si su del della sono come più ma anche questo da al dei"
    " nel alla ho ci mi grazie ha delle",
    "nl": "de het een en is niet van te dat in op voor met zijn er aan we ik je maar ook als bij naar om wij u heeft"
    " kunnen wordt dit deze uw",
    "pt": "o a os as de e é um uma que em por para com não se do da no na como mais mas ao você são foi está muito"
    " obrigado pela dos das nos",
    "sv": "och att det som en är på för av med till den har inte om ett jag vi kan du men så från var eller oss ska"
    " ni detta",
    "pl": "i w nie na się z do to że jest o jak po co za od przez ale dla czy są tak już proszę ten być oraz które"
    " jestem mam tego",
    "da": "og at det er en på for af med til den har ikke om et jeg vi kan du men så fra eller os skal dette hvis",
}
# Words of mails that tell the language of a short one, and yet carry content.
_TELLING_WORDS = {
    "en": "hello dear thanks regards cheers monday tuesday wednesday thursday friday today tomorrow when how could"
    " would should",
    "de": "hallo guten liebe lieber danke dank gruß grüße dir dich du dein deine deinen euch passt kannst könnt können"
    " hast habt habe kommt geht wann wer wo warum heute morgen gestern montag dienstag mittwoch donnerstag freitag"
    " samstag sonntag vielen gern gerne schon mal nur diese dieser dieses mein meine unser wenn",
    "fr": "bonjour bonsoir salut tu te toi ton tes peux peut pouvez aussi où quand quel quelle quels quelles combien"
    " pourquoi lundi mardi mercredi jeudi vendredi samedi dimanche demain matin voici oui très avant après"
    " suis fait faut notre ça mon cordialement journée cher chère bientôt",
    "es": "hola buenos buenas q tú te ti puedo puedes puede nos porque días dias hora pedir culpa"
    " podrías cuándo cómo dónde cuánto qué quién también lunes martes"
    " miércoles jueves viernes sábado domingo mañana hoy saludos saludo tienes tiene estimado estimada nos día días",
    "it": "ciao buongiorno puoi può quando domani oggi lunedì martedì mercoledì giovedì venerdì anche tu ti saluti",
    "nl": "hallo beste bedankt groet groeten kun kunt jij jou morgen vandaag maandag dinsdag woensdag donderdag vrijdag"
    " hoe wanneer",
    "pt": "olá você pode amanhã hoje obrigada quando segunda terça quarta quinta sexta também",
    "sv": "hej tack hälsningar imorgon idag måndag tisdag onsdag torsdag fredag när hur",
    "pl": "dzień dobry cześć dziękuję pozdrawiam jutro dzisiaj kiedy możesz poniedziałek wtorek środa czwartek piątek",
    "da": "hej tak hilsen mandag tirsdag onsdag torsdag fredag hvornår hvordan",
}


def _languages_by_word(*tables: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for code, words in table.items():
            for word in dict.fromkeys(words.split()):
                found[word] = (*found.get(word, ()), code) if code not in found.get(word, ()) else found[word]
    return found


_BY_WORD = _languages_by_word(_STOP_WORDS)
_BY_TELLING_WORD = _languages_by_word(_STOP_WORDS, _TELLING_WORDS)
# How a message begins, with at most a name before its comma: in a short one that alone tells.
_GREETING = re.compile(
    r"(?i)\A\s*+(?:(?P<de>hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|moin|servus|grüß gott)"
    r"|(?P<fr>bonjour|bonsoir|salut|ch(?:er|ère)s?|coucou)|(?P<es>hola|buen[oa]s (?:días|tardes|noches)|buen día"
    r"|estimad[oa]s?|querid[oa]s?)|(?P<it>ciao|buon ?giorno|buona ?sera|gentile|salve)|(?P<nl>beste(?! gr)|geachte"
    r"|goede(?:middag|morgen|navond))|(?P<pt>olá|bo[am] (?:dia|tarde|noite)|prezad[oa]s?)"
    r"|(?P<pl>dzień dobry|cześć|szanown[iay])|(?P<en>dear|good (?:morning|afternoon|evening)))"
    r"(?:\Z|(?:[ \t]+[\w.'\u2019-]{1,30}){0,4}+[ \t]*+[,!:\n])"
)
_GREETING_SCORE = 1.5
_LETTERS = {
    "ß": "de",
    "ñ": "es",
    "¿": "es",
    "ł": "pl",
    "ę": "pl",
    "ą": "pl",
    "ż": "pl",
    "ś": "pl",
    "ã": "pt",
    "õ": "pt",
    "å": "sv",
    "ø": "da",
    "ü": "de",
    "œ": "fr",
    "ê": "fr",
}
_SCRIPTS = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "BENGALI": "bn",
    "TAMIL": "ta",
}
_SAMPLE_CHARS = 4000
_MIN_SCORE = 1.5
# Short texts in these are taken for a neighbour's (Spanish for Portuguese) more often than the other way round.
_USUAL, _RARE_SHARE = frozenset({"en", "de", "fr", "es"}), 0.7
_LEAD = 1.25
_WORD = re.compile(r"[^\W\d_]++(?:['\u2019][^\W\d_]++)?+")


def stop_words() -> frozenset[str]:
    """Return the words that carry no content in any of the languages known here."""
    return frozenset(_BY_WORD)


@functools.cache
def stop_words_of(language: str) -> frozenset[str]:
    """Return the words of one language that carry no content; none where it is not known here."""
    return frozenset(_STOP_WORDS.get(language, "").split())


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language, "" when it is too short or unclear.

    Only the first 4,000 characters are looked at; links and addresses are left out.
    """
    return _detect(text[:_SAMPLE_CHARS])


@functools.lru_cache(maxsize=256)
def _detect(text: str) -> str:
    """Detect it once for each text: prompt, frame and checks of a draft all ask."""
    sample = " ".join(word for word in text.split() if "//" not in word and "@" not in word)
    script = _script(sample)
    if script != "LATIN":
        return _SCRIPTS.get(script, "")
    scores = dict.fromkeys(_STOP_WORDS, 0.0)
    for match in _WORD.finditer(sample):
        codes = _BY_TELLING_WORD.get(match[0].casefold(), ())
        for code in codes:
            scores[code] += 1 / len(codes)
    greeting = _GREETING.match(text)
    if greeting and greeting.lastgroup:
        scores[greeting.lastgroup] += _GREETING_SCORE
    folded = sample.casefold()
    for letter, code in _LETTERS.items():
        scores[code] += 0.5 * min(2, folded.count(letter))
    for code in scores.keys() - _USUAL:
        scores[code] *= _RARE_SHARE
    (best, score), (_, second) = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    return best if score >= _MIN_SCORE and score >= second * _LEAD else ""


def _script(sample: str) -> str:
    counts: dict[str, int] = {}
    for char in sample:
        if char.isalpha():
            name = "LATIN" if char < "\u0250" else unicodedata.name(char, "").partition(" ")[0]
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return ""
    # Japanese mixes kana into Chinese characters; any kana tells.
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > 2:
        return "HIRAGANA"
    return max(counts, key=lambda name: counts[name])
