"""Calendar files as bytes and as their readers see them."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konferens.calendar.ical import edition_uid, event_ics, sessions_ics
from konferens.calendar.model import Feed, PersonalCalendar, RetiredFeed
from konferens.calendar.personal import personal_ics, retired_ics
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.programme.model import Session, SessionStatus, SessionType, SpeakerRef
from tests.calendar.factories import BASE_URL, CREATED, STOCKHOLM, UPDATED, edition, session
from tests.calendar.readers import event, events, lines, on_day, read

FEED = Feed("Lokalekonomidagarna 2027", "/lokalekonomidagarna/2027/calendar.ics", busy=False)
PERSON = PersonalCalendar(1, 1, "Örjan Åkesson", "sv", is_cancelled=False, updated_at=UPDATED)


def feed(*sessions: Session, of: Edition | None = None, look: Feed = FEED) -> bytes:
    return sessions_ics(of or edition(), sessions, feed=look, base_url=BASE_URL)


def personal(*sessions: Session, person: PersonalCalendar = PERSON) -> bytes:
    return personal_ics(edition(), person, sessions, feed=replace(FEED, busy=True), base_url=BASE_URL)


# --- the file ---


def test_lines_end_with_crlf_and_have_at_most_75_octets_of_whole_characters() -> None:
    data = feed(session(title="🌻" * 60 + " Räksmörgåsar på ångbåtsbryggan " * 8, abstract="å" * 500))
    physical = data.split(b"\r\n")
    assert physical[-1] == b""
    assert all(b"\n" not in line and b"\r" not in line for line in physical)
    assert max(map(len, physical)) == 75
    for line in physical:
        line.decode()  # a cut character would raise
    assert str(event(data)["SUMMARY"]) == "🌻" * 60 + " Räksmörgåsar på ångbåtsbryggan " * 8


def test_calendar_presents_itself() -> None:
    assert [line for line in lines(feed(look=replace(FEED, colour="#4a6741"))) if ":" in line][1:14] == [
        "VERSION:2.0",
        "PRODID:-//Konferens//Konferens//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "DESCRIPTION:Två dagar om bygdens egna pengar",
        "X-WR-CALDESC:Två dagar om bygdens egna pengar",
        "NAME:Lokalekonomidagarna 2027",
        "X-WR-CALNAME:Lokalekonomidagarna 2027",
        "COLOR:darkolivegreen",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "SOURCE;VALUE=URI:https://konferens.example.org/lokalekonomidagarna/2027/calendar.ics",
        "URL:https://konferens.example.org/lokalekonomidagarna/2027/",
        "X-APPLE-CALENDAR-COLOR:#4a6741",
    ]
    assert "X-PUBLISHED-TTL:PT15M" in lines(feed())
    assert "X-WR-TIMEZONE:Europe/Stockholm" in lines(feed())


def test_a_feed_without_sessions_is_still_a_calendar_with_its_zone() -> None:
    calendar = read(feed())
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_another_process_writes_the_same_bytes() -> None:
    code = (
        "import sys; from tests.calendar.test_ical import feed, personal, session, edition, event_ics, BASE_URL;"
        "sys.stdout.buffer.write(feed(session()) + personal(session()) + event_ics(edition(), base_url=BASE_URL))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert other == feed(session()) + personal(session()) + event_ics(edition(), base_url=BASE_URL)


# --- a session ---


def test_session_has_its_times_in_the_editions_zone() -> None:
    found = event(feed(session("2027-05-11T09:00", "2027-05-11T10:30")))
    assert found["DTSTART"].dt == datetime(2027, 5, 11, 9, 0, tzinfo=STOCKHOLM)
    assert found["DTEND"].dt == datetime(2027, 5, 11, 10, 30, tzinfo=STOCKHOLM)
    assert found["DTSTART"].params["TZID"] == "Europe/Stockholm"


def test_session_is_identified_and_dated_by_its_row() -> None:
    found = event(feed(session(guid="a-guid", sequence=4)))
    assert (str(found["UID"]), int(found["SEQUENCE"])) == ("a-guid@konferens", 4)
    moment = UPDATED.replace(microsecond=0)
    assert (found["DTSTAMP"].dt, found["LAST-MODIFIED"].dt) == (moment, moment)
    assert found["CREATED"].dt == CREATED.replace(microsecond=0)


def test_session_says_what_where_and_who() -> None:
    found = event(
        feed(
            session(
                subtitle="Steg för steg",
                abstract="Bilda **förening**; sök [stöd](https://example.org/).\n\n- hyr\n- köp",
                speakers=(SpeakerRef("AAA222", "Åsa Öberg"), SpeakerRef("BBB222", "Li, Jr.", "moderator")),
                meeting_point="Vid flaggstången",
                stream_url="https://live.example.org/a?b=1,2;c=3",
            )
        )
    )
    address = "https://konferens.example.org/lokalekonomidagarna/2027/sessions/ABC234-sa-startar-du-en-mack"
    assert str(found["SUMMARY"]) == "Så startar du en mack"
    assert str(found["DESCRIPTION"]) == (
        "Steg för steg\n\n"
        "Medverkande: Åsa Öberg, Li, Jr. (samtalsledare)\n\n"
        "Bilda förening; sök stöd.\n\n– hyr\n– köp\n\n"
        "Samling: Vid flaggstången\n\n"
        "Direktsändning: https://live.example.org/a?b=1,2;c=3\n\n" + address
    )
    assert str(found["LOCATION"]) == "Stora salen, Folkets hus, Storgatan 1, Åmål"
    assert (found["GEO"].latitude, found["GEO"].longitude) == (59.0507, 12.7049)
    assert found.categories == ["Mackar & energi", "Föredrag"]
    assert str(found["COLOR"]) == "darkolivegreen"
    assert str(found["URL"]) == address
    assert found["ORGANIZER"] == "mailto:info@lokalekonomi.example.org"
    assert found["ORGANIZER"].params["CN"] == "Föreningen Lokal ekonomi"
    assert (
        "CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Följ direktsändningen;VALUE=URI:https://live.example.org/a?b=1,2;c=3"
        in lines(feed(session(stream_url="https://live.example.org/a?b=1,2;c=3")))
    )


def test_html_description_is_for_outlook_and_escaped() -> None:
    data = feed(session(subtitle="<script>&", abstract="**fet** <b>x</b>", speakers=()))
    (line,) = [line for line in lines(data) if line.startswith("X-ALT-DESC")]
    assert line.replace("\\;", ";").startswith(
        "X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE html><html><body>"
        "<p>&lt;script&gt;&amp;</p><p><strong>fet</strong> &lt;b&gt;x&lt;/b&gt;</p>"
    )


def test_a_visit_elsewhere_has_its_meeting_point_as_place() -> None:
    found = event(feed(session(room=None, type=SessionType.VISIT, meeting_point="Macken i Tösse")))
    assert str(found["LOCATION"]) == "Macken i Tösse"
    assert "GEO" not in found


def test_texts_are_in_the_editions_language() -> None:
    found = event(feed(session(track=None, speakers=(SpeakerRef("AAA222", "Li"),)), of=edition(language="en")))
    with use_language("en"):
        assert found.categories == [SessionType.TALK.label]
        assert (gettext("Medverkande: %(names)s") % {"names": "Li"}) in str(found["DESCRIPTION"])


@pytest.mark.parametrize("status", [SessionStatus.TENTATIVE, SessionStatus.CONFIRMED, SessionStatus.CANCELLED])
def test_status_is_the_sessions(status: SessionStatus) -> None:
    assert str(event(feed(session(status=status)))["STATUS"]) == status.upper()


def test_a_cancelled_session_says_so_in_its_title_and_frees_the_time() -> None:
    found = event(feed(session(status=SessionStatus.CANCELLED), look=replace(FEED, busy=True)))
    assert str(found["SUMMARY"]) == "Inställt: Så startar du en mack"
    assert str(found["TRANSP"]) == "TRANSPARENT"
    assert "DESCRIPTION" in found


def test_a_removed_session_is_told_as_cancelled_without_its_texts() -> None:
    found = event(feed(session(deleted_at=UPDATED, abstract="Hemligt")))
    assert (str(found["STATUS"]), str(found["UID"])) == ("CANCELLED", "0b8f4c1e-5b0e-4f0c-9d44-2f3c6a1d9e10@konferens")
    assert not {"DESCRIPTION", "X-ALT-DESC", "URL", "LOCATION"} & set(found)


def test_a_session_without_a_time_is_left_out() -> None:
    assert events(feed(session(starts_at=None, ends_at=None))) == []


def test_only_some_feeds_block_time() -> None:
    assert str(event(feed(session()))["TRANSP"]) == "TRANSPARENT"
    assert str(event(feed(session(), look=replace(FEED, busy=True)))["TRANSP"]) == "OPAQUE"


# --- time ---


def test_dinner_over_midnight() -> None:
    data = feed(session("2027-05-11T19:00", "2027-05-12T01:00"))
    found = event(data)
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(hours=6)
    assert [on_day(data, date(2027, 5, day), STOCKHOLM) for day in (11, 12, 13)] == [
        ["Så startar du en mack"],
        ["Så startar du en mack"],
        [],
    ]


@pytest.mark.parametrize(
    ("wall", "wall_end", "hours"),
    [("2027-03-27T22:00", "2027-03-28T06:00", 7), ("2027-10-30T22:00", "2027-10-31T06:00", 9)],
    ids=["spring", "autumn"],
)
def test_a_night_in_which_the_clocks_are_moved(wall: str, wall_end: str, hours: int) -> None:
    found = event(feed(session(wall, wall_end)))
    begin, end = found["DTSTART"].dt, found["DTEND"].dt
    assert (begin.isoformat()[:16], end.isoformat()[:16]) == (wall, wall_end)
    assert end.astimezone(UTC) - begin.astimezone(UTC) == timedelta(hours=hours)


def test_the_hour_that_comes_twice_is_told_in_utc_the_second_time() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert event(feed(session(starts_at=first, ends_at=first)))["DTSTART"].params["TZID"] == "Europe/Stockholm"
    found = event(feed(session(starts_at=second, ends_at=second + timedelta(hours=2))))
    assert found.to_ical().decode().split("\r\n")[2:4] == ["DTSTART:20271031T013000Z", "DTEND:20271031T033000Z"]


@pytest.mark.parametrize("tzid", ["America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Chatham"])
def test_any_zone(tzid: str) -> None:
    data = feed(session("2027-02-11T09:00", "2027-02-11T10:30", zone=ZoneInfo(tzid)), of=edition(time_zone=tzid))
    assert event(data)["DTSTART"].dt == datetime(2027, 2, 11, 9, 0, tzinfo=ZoneInfo(tzid))
    assert [str(zone["TZID"]) for zone in read(data).timezones] == [tzid]


def test_zone_covers_a_new_years_eve() -> None:
    assert event(feed(session("2027-12-31T22:00", "2028-01-01T02:00")))["DTEND"].dt == datetime(
        2028, 1, 1, 2, 0, tzinfo=STOCKHOLM
    )


# --- the conference itself ---


def test_the_conference_is_an_all_day_event_over_its_days() -> None:
    data = event_ics(edition(), base_url=BASE_URL)
    found = event(data)
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2027, 5, 11), date(2027, 5, 13))
    assert [on_day(data, date(2027, 5, day), STOCKHOLM) for day in (10, 11, 12, 13)] == [
        [],
        ["Lokalekonomidagarna 2027"],
        ["Lokalekonomidagarna 2027"],
        [],
    ]
    assert str(found["LOCATION"]) == "Folkets hus, Storgatan 1, Åmål"
    assert str(found["URL"]) == "https://konferens.example.org/lokalekonomidagarna/2027/"
    assert (str(found["STATUS"]), int(found["SEQUENCE"])) == ("CONFIRMED", 7)


def test_the_conference_keeps_its_uid_when_it_is_renamed_and_moved() -> None:
    assert edition_uid(edition(name="Nytt", slug="2028", starts_on=date(2027, 5, 10))) == edition_uid(edition())
    assert edition_uid(edition(id=2)) != edition_uid(edition())


# --- the attendee's own ---


def test_personal_feed_has_the_conference_and_the_chosen_sessions() -> None:
    found = events(personal(session()))
    assert [str(each["SUMMARY"]) for each in found] == ["Lokalekonomidagarna 2027", "Så startar du en mack"]
    assert [str(each["TRANSP"]) for each in found] == ["TRANSPARENT", "OPAQUE"]
    assert [str(each["UID"]) for each in found] == [
        edition_uid(edition()),
        "0b8f4c1e-5b0e-4f0c-9d44-2f3c6a1d9e10@konferens",
    ]


def test_a_cancelled_ticket_cancels_everything_with_a_higher_sequence() -> None:
    later = UPDATED + timedelta(days=1)
    person = replace(PERSON, is_cancelled=True, updated_at=later)
    found = events(personal(session(), session(id=2, guid="b", status=SessionStatus.CANCELLED), person=person))
    assert [str(each["STATUS"]) for each in found] == ["CANCELLED"] * 3
    assert [int(each["SEQUENCE"]) for each in found] == [8, 4, 4]
    assert {each["DTSTAMP"].dt for each in found} == {later.replace(microsecond=0)}
    assert [str(each["SUMMARY"]) for each in found] == [
        "Inställt: Lokalekonomidagarna 2027",
        "Inställt: Så startar du en mack",
        "Inställt: Så startar du en mack",
    ]


def test_the_own_conference_tells_how_to_get_there_and_opens_no_ticket() -> None:
    there = edition(practical="## Resa\n\nTåg till **Åmål**, sedan buss 12.", day_starts=time(8), day_ends=time(17, 30))
    person = replace(PERSON, order_code="ORD234", ticket_type="Ordinarie", others=("Rum på vandrarhemmet", "Lunch"))
    found = event(personal_ics(there, person, [], feed=FEED, base_url=BASE_URL))
    assert str(found["DESCRIPTION"]).split("\n\n") == [
        "Två dagar om bygdens egna pengar",
        "Biljett: Ordinarie. Bokning: ORD234.",
        "Huset är öppet 08.00–17.30.",
        "Du har också: Rum på vandrarhemmet, Lunch",
        "Resa",
        "Tåg till Åmål, sedan buss 12.",
        "Frågor: info@lokalekonomi.example.org",
        "https://konferens.example.org/lokalekonomidagarna/2027/",
    ]
    assert (str(found["LOCATION"]), "GEO" in found) == ("Folkets hus, Storgatan 1, Åmål", True)
    afar = event(personal_ics(there, replace(person, is_digital=True), [], feed=FEED, base_url=BASE_URL))
    assert not {"LOCATION", "GEO"} & set(afar)
    assert "buss" not in str(afar["DESCRIPTION"])


def test_a_ticket_for_one_day_has_that_day() -> None:
    found = event(personal(person=replace(PERSON, valid_on=date(2027, 5, 12))))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2027, 5, 12), date(2027, 5, 13))


def test_an_address_that_has_ended_says_what_to_do_and_nothing_of_before() -> None:
    retired = RetiredFeed(1, 1, "sv", UPDATED + timedelta(days=1))
    data = retired_ics(edition(), retired, feed=FEED, base_url=BASE_URL)
    found = event(data)
    assert str(found["SUMMARY"]) == "Den här kalenderadressen gäller inte längre"
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (date(2027, 5, 11), date(2027, 5, 13))
    assert (str(found["STATUS"]), str(found["UID"]) == edition_uid(edition())) == ("CONFIRMED", False)
    assert str(found["URL"]) == "https://konferens.example.org/lokalekonomidagarna/2027/calendar"
    assert str(found["URL"]) in str(found["DESCRIPTION"])
    assert retired_ics(edition(), retired, feed=FEED, base_url=BASE_URL) == data


# --- whatever people type ---

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(title=TEXT, abstract=TEXT, place=TEXT, stream=TEXT)
def test_any_text_survives_or_loses_only_control_characters(title: str, abstract: str, place: str, stream: str) -> None:
    data = feed(session(title=title or "x", abstract=abstract, room=None, meeting_point=place, stream_url=stream))
    assert max(map(len, data.split(b"\r\n"))) <= 75
    title = title.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(character for character in title if character >= " " or character in "\t\n").replace("\x7f", "")
    assert str(event(data).get("SUMMARY", "")) == (kept if title else "x")


@pytest.mark.parametrize("title", ["a;b,c\\d\ne", r"\n är inte ny rad", '"citat"', "👩‍👩‍👧‍👦 é e\u0301", "שלום <b>"])
def test_special_characters_come_back_as_they_were(title: str) -> None:
    assert str(event(feed(session(title=title)))["SUMMARY"]) == title
