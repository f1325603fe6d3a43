"""addresses of personal feeds that ended, attempts of every kind, and what those who chose a session know of it"""

import sqlalchemy as sa
from alembic import op

from konferens.tables import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retired_feeds",
        sa.Column("calendar_token", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_retired_feeds_ticket_id")),
        sa.PrimaryKeyConstraint("calendar_token", name=op.f("pk_retired_feeds")),
    )
    with op.batch_alter_table("retired_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retired_feeds_ticket_id"), ["ticket_id"], unique=False)

    # What was in it counts for a quarter of an hour: nothing is missed.
    op.drop_table("login_attempts")
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=254), server_default="", nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("attempted_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_attempted_at"), ["attempted_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attempts_kind_address_attempted_at"), ["kind", "address", "attempted_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attempts_kind_name_attempted_at"), ["kind", "name", "attempted_at"], unique=False
        )

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("departures", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("told", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(length=200), server_default="", nullable=False))
    op.create_table(
        "password_links",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_password_links_user_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_password_links")),
    )
    with op.batch_alter_table("password_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_links_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_password_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "badge_pictures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_logo", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_badge_pictures_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_pictures")),
        sa.UniqueConstraint("edition_id", "digest", name=op.f("uq_badge_pictures_edition_id_digest")),
    )
    with op.batch_alter_table("badge_pictures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_pictures_edition_id"), ["edition_id"], unique=False)
    op.create_table(
        "badge_prints",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("ticket_ids", sa.JSON(), nullable=False),
        sa.Column("made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("failed", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("worked_until", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("printed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_badge_prints_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_prints")),
        sa.UniqueConstraint("secret", name=op.f("uq_badge_prints_secret")),
    )
    with op.batch_alter_table("badge_prints", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_prints_edition_id"), ["edition_id"], unique=False)

    with op.batch_alter_table("checkin_lists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", UTCDateTime(), nullable=True))

    # Calendars have seen the edition's version until now: what follows mustn't be lower.
    for table in ("editions", "addons"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
            batch_op.add_column(sa.Column("changed_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE editions SET sequence = version, changed_at = updated_at")
    op.execute(
        "UPDATE addons SET sequence = (SELECT version FROM editions WHERE editions.id = addons.edition_id), "
        "changed_at = (SELECT updated_at FROM editions WHERE editions.id = addons.edition_id)"
    )


def downgrade() -> None:
    for table in ("addons", "editions"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("changed_at")
            batch_op.drop_column("sequence")

    with op.batch_alter_table("checkin_lists", schema=None) as batch_op:
        batch_op.drop_column("ended_at")

    op.drop_table("badge_prints")
    op.drop_table("badge_pictures")
    op.drop_table("password_links")
    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.drop_column("browser")

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("told")
        batch_op.drop_column("departures")

    op.drop_table("attempts")
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("attempted_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempts_attempted_at"), ["attempted_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_login_attempts_email_attempted_at"), ["email", "attempted_at"], unique=False
        )

    op.drop_table("retired_feeds")
