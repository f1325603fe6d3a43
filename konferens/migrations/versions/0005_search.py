"""search"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# An external-content table, and the triggers that keep it (sqlite.org/fts5.html#external_content_tables). Words are cut by
# Konferens; the ascii tokenizer takes them as they are, since all that is not ASCII is part of a word to it.
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_texts USING fts5(
        title, names, abstract, rest, content='search_documents', content_rowid='id', tokenize='ascii', detail='none'
    )
    """,
    """
    CREATE TRIGGER search_documents_added AFTER INSERT ON search_documents BEGIN
        INSERT INTO search_texts (rowid, title, names, abstract, rest)
        VALUES (new.id, new.title, new.names, new.abstract, new.rest);
    END
    """,
    """
    CREATE TRIGGER search_documents_removed AFTER DELETE ON search_documents BEGIN
        INSERT INTO search_texts (search_texts, rowid, title, names, abstract, rest)
        VALUES ('delete', old.id, old.title, old.names, old.abstract, old.rest);
    END
    """,
)

POSTGRESQL = (
    "CREATE INDEX ix_search_documents_words ON search_documents USING gin (array_to_tsvector(array_remove("
    "string_to_array(title || ' ' || names || ' ' || abstract || ' ' || rest, ' '), '')))"
)


def upgrade() -> None:
    op.create_table(
        "search_indexes",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("vocabulary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_search_indexes_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_search_indexes")),
    )
    op.create_table(
        "search_documents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("rest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_search_documents_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("edition_id", "kind", "code", name=op.f("uq_search_documents_edition_id_kind_code")),
    )
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_documents_edition_id"), ["edition_id"], unique=False)

    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else (POSTGRESQL,):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_texts")
    op.drop_table("search_documents")
    op.drop_table("search_indexes")
