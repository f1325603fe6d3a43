"""doors and badges"""

import sqlalchemy as sa
from alembic import op

from konferens.tables import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "badge_designs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_badge_designs_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge_designs")),
        sa.UniqueConstraint("edition_id", "name", name=op.f("uq_badge_designs_edition_id_name")),
    )
    with op.batch_alter_table("badge_designs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_designs_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("list_ids", sa.JSON(), nullable=False),
        sa.Column("may_sell", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("setup_digest", sa.String(length=64), nullable=True),
        sa.Column("setup_expires_at", UTCDateTime(), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("claimed_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("clock_ms", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_devices_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("setup_digest", name=op.f("uq_devices_setup_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_devices_token_digest")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_edition_id"), ["edition_id"], unique=False)

    op.create_table(
        "checkin_list_addons",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("addon_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["addon_id"], ["addons.id"], name=op.f("fk_checkin_list_addons_addon_id")),
        sa.ForeignKeyConstraint(["list_id"], ["checkin_lists.id"], name=op.f("fk_checkin_list_addons_list_id")),
        sa.PrimaryKeyConstraint("list_id", "addon_id", name=op.f("pk_checkin_list_addons")),
    )
    op.create_table(
        "held_scans",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.JSON(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("handled_at", UTCDateTime(), nullable=True),
        sa.Column("handled_by", sa.String(length=254), server_default="", nullable=False),
        sa.CheckConstraint("status IN ('open', 'recorded', 'dropped')", name=op.f("ck_held_scans_status")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_held_scans_device_id")),
        sa.ForeignKeyConstraint(["list_id"], ["checkin_lists.id"], name=op.f("fk_held_scans_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_scans")),
        sa.UniqueConstraint("nonce", name=op.f("uq_held_scans_nonce")),
    )
    with op.batch_alter_table("held_scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_scans_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_held_scans_list_id"), ["list_id"], unique=False)

    with op.batch_alter_table("checkin_lists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("repeat", sa.String(length=10), server_default="once", nullable=False))
        batch_op.add_column(sa.Column("opens_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("closes_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("shows", sa.JSON(), server_default="[]", nullable=False))
        batch_op.create_index(batch_op.f("ix_checkin_lists_session_id"), ["session_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_checkin_lists_session_id"), "sessions", ["session_id"], ["id"])
        batch_op.create_check_constraint(batch_op.f("ck_checkin_lists_repeat"), "repeat IN ('once', 'daily', 'in-out')")

    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("told", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("conflict", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("seen_by", sa.String(length=254), server_default="", nullable=False))
        batch_op.add_column(sa.Column("undone_at", UTCDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_scans_device_id"), ["device_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_scans_device_id"), "devices", ["device_id"], ["id"])

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(length=300), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("note")

    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_scans_device_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_scans_device_id"))
        batch_op.drop_column("undone_at")
        batch_op.drop_column("seen_by")
        batch_op.drop_column("conflict")
        batch_op.drop_column("told")
        batch_op.drop_column("device_id")

    with op.batch_alter_table("checkin_lists", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_checkin_lists_session_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_checkin_lists_repeat"), type_="check")
        batch_op.drop_index(batch_op.f("ix_checkin_lists_session_id"))
        batch_op.drop_column("shows")
        batch_op.drop_column("closes_at")
        batch_op.drop_column("opens_at")
        batch_op.drop_column("repeat")
        batch_op.drop_column("session_id")

    with op.batch_alter_table("held_scans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_scans_list_id"))
        batch_op.drop_index(batch_op.f("ix_held_scans_device_id"))

    op.drop_table("held_scans")
    op.drop_table("checkin_list_addons")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_edition_id"))

    op.drop_table("devices")
    with op.batch_alter_table("badge_designs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_badge_designs_edition_id"))

    op.drop_table("badge_designs")
