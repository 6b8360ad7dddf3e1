"""What each sentence of a text does in it: decides, promises, asks, corrects. A small trained classifier.

Use::

    from core.writing.roles import roles_of

    statements = read_statements(source, language)
    for sentence in roles_of(statements, embedder):  # embedder: `core.llm.ports.Embedder` or None
        sentence.roles, sentence.importance, sentence.about

`importance` goes from 0 (leave out) to 3 (a summary without it is wrong). `scores` holds a probability for each name in
`ROLES`; `roles` those above the threshold at which a role was found best. `about` is the place of the earlier sentence
that this one answers, accepts, refuses or corrects, where it does.

Two heads were trained on the same sentences in English, German, French and Spanish (`benchmarks/train_roles.py`): one
over the vectors of the embedded model, of the sentence and of its neighbours, and one over words for where that model
is missing. The language decides nothing but how dates and amounts are read.
"""

from core.writing.roles.classifier import ROLES, RoledSentence, roles_of

__all__ = ["ROLES", "RoledSentence", "roles_of"]
