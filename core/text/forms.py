"""Forms of words, numbers and addresses that several readers of text look for, whatever the language."""

import re

WORD = re.compile(r"\w+")
# Letters, with an apostrophe inside.
LETTERS = re.compile(r"[^\W\d_]++(?:['\u2019][^\W\d_]++)?+")
# A word that may be a name or a part of one.
NAME_WORD = re.compile(r"[^\W\d_](?:[\w'\u2019&-]*\w)?+")
DIGITS = re.compile(r"\d+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MAIL_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
