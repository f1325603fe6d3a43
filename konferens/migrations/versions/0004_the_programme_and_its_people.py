"""the programme and its people"""

import sqlalchemy as sa
from alembic import op

from konferens.tables import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "image_sizes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["images.digest"], name=op.f("fk_image_sizes_digest")),
        sa.PrimaryKeyConstraint("digest", "width", "media_type", name=op.f("pk_image_sizes")),
    )
    op.create_table(
        "calls",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("introduction", sa.Text(), server_default="", nullable=False),
        sa.Column("opens_at", UTCDateTime(), nullable=True),
        sa.Column("closes_at", UTCDateTime(), nullable=True),
        sa.Column("types", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("questions", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("blind", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_calls_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_calls")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_uploads_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("released_at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_releases_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("edition_id", "name", name=op.f("uq_releases_edition_id_name")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_releases_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "session_drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("planned", sa.JSON(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_session_drafts_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_drafts")),
        sa.UniqueConstraint("code", name=op.f("uq_session_drafts_code")),
        sa.UniqueConstraint("guid", name=op.f("uq_session_drafts_guid")),
    )
    with op.batch_alter_table("session_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_drafts_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "session_files",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("session_code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_session_files_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_files")),
    )
    with op.batch_alter_table("session_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_files_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_files_session_code"), ["session_code"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="draft", nullable=False),
        sa.Column("type", sa.String(length=40), server_default="talk", nullable=False),
        sa.Column("title", sa.String(length=300), server_default="", nullable=False),
        sa.Column("abstract", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=8), server_default="sv", nullable=False),
        sa.Column("level", sa.String(length=20), server_default="", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("answers", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("decided_by", sa.String(length=254), server_default="", nullable=False),
        sa.Column("session_code", sa.String(length=6), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'accepted', 'waiting', 'rejected', 'withdrawn')",
            name=op.f("ck_proposals_status"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_proposals_edition_id")),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_proposals_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("code", name=op.f("uq_proposals_code")),
        sa.UniqueConstraint("secret", name=op.f("uq_proposals_secret")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_track_id"), ["track_id"], unique=False)

    op.create_table(
        "open_slots",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("wall_starts", sa.DateTime(), nullable=False),
        sa.Column("wall_ends", sa.DateTime(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_open_slots_edition_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_open_slots_room_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_open_slots_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_slots")),
        sa.UniqueConstraint("room_id", "wall_starts", name=op.f("uq_open_slots_room_id_wall_starts")),
    )
    with op.batch_alter_table("open_slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_slots_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_slots_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_slots_session_id"), ["session_id"], unique=False)

    op.create_table(
        "proposal_people",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("organisation", sa.String(length=200), server_default="", nullable=False),
        sa.Column("biography", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_people_proposal_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name=op.f("fk_proposal_people_speaker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_people")),
        sa.UniqueConstraint("proposal_id", "position", name=op.f("uq_proposal_people_proposal_id_position")),
    )
    with op.batch_alter_table("proposal_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_people_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_people_speaker_id"), ["speaker_id"], unique=False)

    op.create_table(
        "proposal_reviews",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("conflict", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("score IS NULL OR (score >= 1 AND score <= 5)", name=op.f("ck_proposal_reviews_score")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_reviews_proposal_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_proposal_reviews_user_id")),
        sa.PrimaryKeyConstraint("proposal_id", "user_id", name=op.f("pk_proposal_reviews")),
    )
    op.create_table(
        "session_feedback",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("respondent", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("rating >= 1 AND rating <= 5", name=op.f("ck_session_feedback_rating")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_feedback_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_feedback")),
        sa.UniqueConstraint("session_id", "respondent", name=op.f("uq_session_feedback_session_id_respondent")),
    )
    with op.batch_alter_table("session_feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_feedback_session_id"), ["session_id"], unique=False)

    op.create_table(
        "open_topics",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("abstract", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), server_default="proposed", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "status IN ('proposed', 'placed', 'withdrawn', 'refused')", name=op.f("ck_open_topics_status")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_open_topics_edition_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_open_topics_session_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name=op.f("fk_open_topics_speaker_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_open_topics_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_topics")),
        sa.UniqueConstraint("secret", name=op.f("uq_open_topics_secret")),
    )
    with op.batch_alter_table("open_topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_topics_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_topics_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_topics_speaker_id"), ["speaker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_topics_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "open_interests",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("respondent", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["open_topics.id"], name=op.f("fk_open_interests_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "respondent", name=op.f("pk_open_interests")),
    )

    with op.batch_alter_table("edition_speakers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("links", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("status", sa.String(length=20), server_default="added", nullable=False))
        batch_op.add_column(sa.Column("secret", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("invited_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("answered_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("message", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("needs", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("unavailable", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("consent", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("recording", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("ticket_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_edition_speakers_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_edition_speakers_status"), "status IN ('added', 'invited', 'confirmed', 'declined')"
        )
        batch_op.create_unique_constraint(batch_op.f("uq_edition_speakers_secret"), ["secret"])
        batch_op.create_foreign_key(batch_op.f("fk_edition_speakers_ticket_id"), "tickets", ["ticket_id"], ["id"])

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("day_starts", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("day_ends", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("recording_license", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("feedback", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("open_space", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("open_space_guests", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("open_space_self", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("board_message", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("speaker_ticket_type", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("release", sa.String(length=40), server_default="", nullable=False))

    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guid", sa.String(length=36), server_default="", nullable=False))

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("recording", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("license", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("links", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("extras", sa.JSON(), server_default="{}", nullable=False))

    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_webhooks_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    with op.batch_alter_table("webhooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhooks_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("delivered_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('queued', 'delivered', 'failed')", name=op.f("ck_webhook_deliveries_status")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    with op.batch_alter_table("webhook_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_deliveries_webhook_id"), ["webhook_id"], unique=False)
        batch_op.create_index(
            "ix_webhook_deliveries_status_next_attempt_at", ["status", "next_attempt_at"], unique=False
        )

    with op.batch_alter_table("user_roles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_user_roles_role"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_user_roles_role"), "role IN ('admin', 'organiser', 'staff', 'reviewer')"
        )


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
    op.execute("DELETE FROM user_roles WHERE role = 'reviewer'")
    with op.batch_alter_table("user_roles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_user_roles_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_user_roles_role"), "role IN ('admin', 'organiser', 'staff')")

    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_column("guid")

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("extras")
        batch_op.drop_column("links")
        batch_op.drop_column("license")
        batch_op.drop_column("recording")
        batch_op.drop_column("level")

    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_column("release")
        batch_op.drop_column("speaker_ticket_type")
        batch_op.drop_column("board_message")
        batch_op.drop_column("open_space_self")
        batch_op.drop_column("open_space_guests")
        batch_op.drop_column("open_space")
        batch_op.drop_column("feedback")
        batch_op.drop_column("recording_license")
        batch_op.drop_column("day_ends")
        batch_op.drop_column("day_starts")

    with op.batch_alter_table("edition_speakers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_edition_speakers_ticket_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_edition_speakers_secret"), type_="unique")
        batch_op.drop_constraint(batch_op.f("ck_edition_speakers_status"), type_="check")
        batch_op.drop_index(batch_op.f("ix_edition_speakers_ticket_id"))
        batch_op.drop_column("ticket_id")
        batch_op.drop_column("recording")
        batch_op.drop_column("consent")
        batch_op.drop_column("unavailable")
        batch_op.drop_column("needs")
        batch_op.drop_column("message")
        batch_op.drop_column("answered_at")
        batch_op.drop_column("invited_at")
        batch_op.drop_column("secret")
        batch_op.drop_column("status")
        batch_op.drop_column("links")

    op.drop_table("open_interests")
    with op.batch_alter_table("open_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_topics_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_open_topics_speaker_id"))
        batch_op.drop_index(batch_op.f("ix_open_topics_session_id"))
        batch_op.drop_index(batch_op.f("ix_open_topics_edition_id"))

    op.drop_table("open_topics")
    with op.batch_alter_table("session_feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_feedback_session_id"))

    op.drop_table("session_feedback")
    op.drop_table("proposal_reviews")
    with op.batch_alter_table("proposal_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_people_speaker_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_people_proposal_id"))

    op.drop_table("proposal_people")
    with op.batch_alter_table("open_slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_slots_session_id"))
        batch_op.drop_index(batch_op.f("ix_open_slots_room_id"))
        batch_op.drop_index(batch_op.f("ix_open_slots_edition_id"))

    op.drop_table("open_slots")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_track_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_edition_id"))

    op.drop_table("proposals")
    with op.batch_alter_table("session_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_files_session_code"))
        batch_op.drop_index(batch_op.f("ix_session_files_edition_id"))

    op.drop_table("session_files")
    with op.batch_alter_table("session_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_drafts_edition_id"))

    op.drop_table("session_drafts")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_releases_edition_id"))

    op.drop_table("releases")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_edition_id"))

    op.drop_table("uploads")
    op.drop_table("calls")
    op.drop_table("image_sizes")
