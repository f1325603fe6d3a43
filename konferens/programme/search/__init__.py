"""Search in an edition's sessions and speakers, the same on both databases.

The databases find: SQLite by FTS5, PostgreSQL by a GIN index over tsvectors, both over words that were cut here and
never by their own parsers. Swedish is known here (words.py), so that they agree: a word is looked for with its
inflections and, at the end of a compound, which the edition's vocabulary tells. The ranking is made here too.

    words.py      text → words, words → stems
    query.py      what was typed → terms, terms → words of a vocabulary, the score of a document
    excerpts.py   the piece of a text that shows why it was found
    documents.py  sessions and speakers → documents
    index.py      documents in the database, brought up to date when the edition has a new version
    queries.py    the search itself
    views.py      the page
"""
