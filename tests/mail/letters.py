"""One letter of every kind, about one order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from konferens.accounts.model import Role
from konferens.events.model import Edition
from konferens.mail import drafts
from konferens.mail.model import Draft
from konferens.programme.snapshots import Change, ChangeKind
from konferens.registration import letters
from konferens.registration.model import Order
from konferens.signups.affected import Reader
from konferens.signups.letters import session_choice
from konferens.signups.model import Holder
from konferens.signups.release_letters import letter_to
from konferens.speakers.model import Speaker, SpeakerStatus
from konferens.speaking import letters as speaking
from konferens.speaking.spoken import Spoken
from tests.calendar.factories import session as session_of
from tests.proposals.factories import letters_about_a_proposal

BASE_URL = "https://konferens.example.org"


def reader_of(kind: str, text: str, language: str) -> Reader:
    """Anna, whose session got another title and room."""
    change = Change(
        kind=ChangeKind.MOVED,
        code="ABC234",
        title=f"Så startar du en mack{text}",
        starts=datetime(2027, 5, 11, 9),  # noqa: DTZ001 - by the edition's clocks
        ends=None,
        room=f"Stora salen{text}",
        people=("ASA234",),
        fields={"title": (f"Mack{text}", f"Så startar du en mack{text}"), "room_id": ("Aulan", f"Stora salen{text}")},
    )
    name = f"Anna{text}"
    return Reader(kind, name, "anna@example.org", language, "/tickets/A/", (name,), (change,))


def letters_of(edition: Edition, order: Order, *, language: str = "sv", text: str = "") -> Mapping[str, Draft]:
    """By kind; `text` is what people wrote where the order doesn't say it."""
    ticket = order.tickets[0]
    before = replace(order, tickets=(replace(ticket, type_name=f"Student{text}"),))
    reader = {"name": f"Anna{text}", "email": "anna@example.org", "language": language, "base_url": BASE_URL}
    asked = [f"Kost{text}"]
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    speaker = Speaker(
        id=1,
        code="ABC234",
        guid="",
        name=f"Anna{text}",
        email="anna@example.org",
        image_digest=None,
        title="",
        organisation="",
        biography="",
        website="",
        links=(),
        status=SpeakerStatus.INVITED,
        consent=True,
        recording=True,
        created_at=moment,
        updated_at=moment,
    )
    spoken = [Spoken(session_of(title=f"Mack{text}"), "speaker", is_certain=True)]
    return {
        "order_confirmation": letters.confirmation(edition, order, BASE_URL),
        "order_paid": letters.paid(edition, order, BASE_URL),
        "order_changed": letters.changed(edition, order, BASE_URL, before=before, credited=True),
        "order_cancelled": letters.cancelled(edition, order, BASE_URL),
        "order_expired": letters.expired(edition, order, BASE_URL),
        "payment_reminder": letters.payment_reminder(edition, order, BASE_URL),
        "attendee_details": letters.attendee_details(edition, order, ticket, BASE_URL, asked=asked),
        "ticket_transferred": letters.transferred(edition, order, ticket, BASE_URL),
        "event_reminder": letters.event_reminder(edition, order, BASE_URL, ticket=ticket),
        "event_thanks": letters.event_thanks(edition, order, BASE_URL),
        "waiting_joined": drafts.waiting_joined(edition, ticket_type=f"Ordinarie{text}", path="/waiting/A/", **reader),
        "waiting_offer": drafts.waiting_offer(
            edition,
            ticket_type=f"Ordinarie{text}",
            until=datetime(2027, 4, 1, 10, tzinfo=UTC),
            path="/waiting/A/",
            **reader,
        ),
        "session_seat": drafts.session_seat(
            edition,
            attendee=f"Anna{text}",
            session=f"Så startar du en mack{text}",
            session_time="tisdag 11 maj kl. 09.00",
            session_place=f"Stora salen{text}",
            path="/tickets/A/",
            **reader,
        ),
        "account_invitation": drafts.account_invitation(
            edition,
            invited_by=f"Cecilia{text}",
            role=Role.STAFF.allows,
            until=moment,
            path="/login/password/A",
            **reader,
        ),
        "account_password": drafts.account_password(edition, until=moment, path="/login/password/A", **reader),
        "session_choice": session_choice(
            edition,
            Holder(
                ticket_id=1,
                name=f"Anna{text}",
                email="anna@example.org",
                secret="A",
                order_id=order.id,
                buyer_name=f"Anna{text}",
                buyer_email="anna@example.org",
                language=language,
            ),
            [session_of(title=f"Så startar du en mack{text}")],
            [session_of(title=f"Bageriet{text}", code="DEF567")],
            BASE_URL,
        ),
        **{
            kind: letter_to(
                edition,
                reader_of(kind, text, language),
                {"ASA234": f"Åsa Öberg{text}"},
                release=f"1.1{text}",
                note="**Nytt**",  # Markdown, as organisers write it
                base_url=BASE_URL,
            )
            for kind in ("programme_changed_speaker", "programme_changed_attendee")
        },
        "speaker_invitation": speaking.to_speaker(
            "speaker_invitation", edition, speaker, "A", spoken, language=language, base_url=BASE_URL
        ),
        "speaker_reminder": speaking.to_speaker(
            "speaker_reminder", edition, speaker, "A", spoken, language=language, base_url=BASE_URL
        ),
        "speaker_confirmed": speaking.confirmed(
            edition, speaker, "A", spoken, order, language=language, base_url=BASE_URL
        ),
        "speaker_declined": replace(
            speaking.declined(edition, speaker, spoken, message=f"Tyvärr{text}", base_url=BASE_URL), language=language
        ),
        **letters_about_a_proposal(edition, language=language, text=text, base_url=BASE_URL),
        "erasure_answer": drafts.erasure_answer(edition, path="/tickets/A/erase", **reader),
    }
