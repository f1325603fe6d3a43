"""Model objects for calendar tests; each names only what it is about."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from konferens.events.model import Edition, Series
from konferens.programme.model import (
    RoomRef,
    Session,
    SessionLevel,
    SessionStatus,
    SessionType,
    SpeakerRef,
    TrackRef,
    resolve_wall,
)

BASE_URL = "https://konferens.example.org"
CREATED = datetime(2026, 9, 1, 8, 0, 0, 123456, tzinfo=UTC)
UPDATED = datetime(2026, 11, 3, 14, 30, 5, 654321, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ROOM = RoomRef(1, "stora-salen", "Stora salen")
TRACK = TrackRef(1, "mackar", "Mackar & energi", "#4a6741")


def edition(**values: Any) -> Edition:
    """Lokalekonomidagarna 2027, in Åmål on 11–12 May."""
    series = Series(1, "lokalekonomidagarna", "Lokalekonomidagarna", "", "Föreningen Lokal ekonomi", "")
    defaults: dict[str, Any] = {
        "id": 1,
        "series": series,
        "slug": "2027",
        "name": "Lokalekonomidagarna 2027",
        "tagline": "Två dagar om bygdens egna pengar",
        "description": "",
        "practical": "",
        "starts_on": date(2027, 5, 11),
        "ends_on": date(2027, 5, 12),
        "time_zone": "Europe/Stockholm",
        "language": "sv",
        "theme": "lokalekonomi",
        "venue_name": "Folkets hus",
        "venue_address": "Storgatan 1",
        "venue_city": "Åmål",
        "latitude": 59.0507,
        "longitude": 12.7049,
        "contact_email": "info@lokalekonomi.example.org",
        "registration_opens_at": None,
        "registration_closes_at": None,
        "payment_terms_days": 30,
        "bankgiro": "",
        "swish_number": "",
        "seller_name": "",
        "seller_address": "",
        "seller_orgnr": "",
        "seller_vat_number": "",
        "f_tax": False,
        "exemption_text": "",
        "accepts_invoice": True,
        "accepts_swish": True,
        "expire_unpaid_days": None,
        "payment_reminder_days": None,
        "event_reminder_days": None,
        "thanks_days": None,
        "offer_hours": 48,
        "cancel_free_until": None,
        "cancel_keep_percent": 100,
        "sensitive_days": 30,
        "personal_days": 365,
        "day_starts": None,
        "day_ends": None,
        "recording_license": "",
        "feedback": True,
        "open_space": False,
        "open_space_guests": False,
        "open_space_self": False,
        "board_message": "",
        "speaker_ticket_type": "",
        "release": "",
        "published": True,
        "version": 9,
        "sequence": 7,
        "changed_at": UPDATED,
        "created_at": CREATED,
        "updated_at": UPDATED,
    }
    return Edition(**{**defaults, **values})


def session(wall: str = "2027-05-11T09:00", wall_end: str = "2027-05-11T10:30", **values: Any) -> Session:
    """A talk; `wall` and `wall_end` are what clocks show in `zone` (Stockholm)."""
    zone = values.pop("zone", STOCKHOLM)
    defaults: dict[str, Any] = {
        "id": 1,
        "code": "ABC234",
        "guid": "0b8f4c1e-5b0e-4f0c-9d44-2f3c6a1d9e10",
        "title": "Så startar du en mack",
        "subtitle": "",
        "abstract": "",
        "description": "",
        "type": SessionType.TALK,
        "status": SessionStatus.CONFIRMED,
        "language": "sv",
        "room": ROOM,
        "track": TRACK,
        "starts_at": resolve_wall(datetime.fromisoformat(wall), zone),
        "ends_at": resolve_wall(datetime.fromisoformat(wall_end), zone),
        "capacity": None,
        "signup": False,
        "taken": 0,
        "meeting_point": "",
        "stream_url": "",
        "recording_url": "",
        "level": SessionLevel.ANY,
        "recording": True,
        "license": "",
        "links": (),
        "extras": {},
        "all_rooms": False,
        "sequence": 3,
        "speakers": (SpeakerRef("SPK234", "Åsa Öberg"),),
        "created_at": CREATED,
        "updated_at": UPDATED,
        "deleted_at": None,
    }
    return Session(**{**defaults, **values})
