"""What was typed into a search field, and how well a document answers it. Pure: no input is an error."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from konferens.programme.search.words import COMPOUNDING, Vocabulary, fold, stem, words_of

MAX_CHARACTERS = 200
MAX_TERMS = 10
MAX_COMPOUNDS = 100
SHORTEST_HEAD = 4
"""Letters of a stem that is looked for at the end of compounds, and"""
SHORTEST_MODIFIER = 2
"""of what must stand before it: 'by-mack', but 'blag' is no kind of 'lag'."""

FIELDS = ("title", "names", "abstract", "rest")
_WEIGHTS = {"title": 8, "names": 6, "abstract": 3, "rest": 1}
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)')

# Words that tell nothing where others stand beside them; each as folded.
_SMALL_WORDS = (
    "och i att en ett den det de som på av för med till om är så vi du jag han hon ni man hur vad när "
    "a an the and of in to on for with is are how what when we you it at by or from"
)
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must be found, or several that must stand side by side.

    A `literal` one was quoted: neither inflections nor longer words count. `inflections` and `compounds` are words of the
    vocabulary that count for a single word, besides those that begin with it.
    """

    words: tuple[str, ...]
    literal: bool = False
    inflections: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()

    @property
    def phrase(self) -> str:
        return " ".join(self.words)

    def counts(self, word: str) -> bool:
        """Whether `word`, folded, is one of those that it looks for."""
        if self.literal or word in self.words[:-1]:
            return word in self.words
        return word.startswith(self.words[-1]) or word in self.inflections or word in self.compounds

    def score(self, text: str) -> float:
        """How well `text` – words apart by blanks, and blanks around – has it: 0 for not at all, 1 for the word itself."""
        if f" {self.phrase} " in text:
            return 1
        if self.literal:
            return 0
        if any(f" {word} " in text for word in self.inflections):
            return 0.9
        if f" {self.phrase}" in text:
            return 0.5
        return 0.3 if any(f" {word} " in text for word in self.compounds) else 0


def parse(text: str) -> list[Term]:
    """The terms of what was typed, at most MAX_TERMS; all of them must be found.

    Quotes, also typographic ones, hold words together; so do hyphens and other signs between letters: 'e-post'.
    """
    text = text[:MAX_CHARACTERS]
    terms: list[Term] = []
    place = 0
    for quoted in _QUOTED.finditer(text):
        terms += _terms_of(text[place : quoted.start()])
        if words := tuple(words_of(quoted[1])):
            terms.append(Term(words, literal=True))
        place = quoted.end()
    terms += _terms_of(text[place:])
    telling = [term for term in terms if term.literal or term.phrase not in _SMALL]
    return list(dict.fromkeys(telling or terms))[:MAX_TERMS]


def _terms_of(text: str) -> list[Term]:
    return [Term(words) for part in text.split() if (words := tuple(words_of(part)))]


def expand(terms: Iterable[Term], vocabulary: Vocabulary) -> list[Term]:
    """`terms` with those words of the vocabulary that count for them."""
    return [term if term.literal or len(term.words) > 1 else _expanded(term, vocabulary) for term in terms]


def _expanded(term: Term, vocabulary: Vocabulary) -> Term:
    word = term.words[0]
    inflections: set[str] = set()
    compounds: set[str] = set()
    for language, stems in vocabulary.items():
        ours = stem(word, language)
        inflections.update(stems.get(ours, ()))
        if language in COMPOUNDING and len(ours) >= SHORTEST_HEAD:
            for other, words in stems.items():
                if other.endswith(ours) and len(other) - len(ours) >= SHORTEST_MODIFIER:
                    compounds.update(words)
    kept = sorted(compounds - inflections, key=lambda each: (len(each), each))[:MAX_COMPOUNDS]
    return Term(term.words, False, frozenset(inflections - {word}), frozenset(kept))


def score(terms: Sequence[Term], fields: dict[str, str]) -> float:
    """How well a document answers: 0 unless every term is in some field; for each the best field counts."""
    texts = {name: f" {fields[name]} " for name in FIELDS}
    total = 0.0
    for term in terms:
        best = max(weight * term.score(texts[name]) for name, weight in _WEIGHTS.items())
        if not best:
            return 0
        total += best
    whole = f" {' '.join(term.phrase for term in terms)} "
    return total + (_WEIGHTS["title"] if len(terms) > 1 and whole in texts["title"] else 0)


def counts(terms: Iterable[Term], word: str) -> bool:
    """Whether `word`, as it stands in a text, is one of those that were found."""
    folded = fold(word)
    return any(term.counts(folded) for term in terms)
