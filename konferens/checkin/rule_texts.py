"""The rules of a check-in list in words, in the language of the moment."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from konferens.checkin.model import CheckinList, Mark, Repeat
from konferens.formats import clock, day, listed, when
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l

_REPEATS = {
    Repeat.ONCE: _l("En gång"),
    Repeat.DAILY: _l("En gång om dagen"),
    Repeat.IN_OUT: _l("In och ut, hur många gånger som helst"),
}
_MARKS = {Mark.DIET: _l("Mat och allergier"), Mark.ACCESS: _l("Tillgänglighet")}


def repeat_name(repeat: Repeat) -> str:
    """Translated when it is shown."""
    return _REPEATS[repeat]


def mark_name(mark: Mark) -> str:
    """Translated when it is shown."""
    return _MARKS[mark]


def admits_words(
    one: CheckinList, types: Mapping[int, str], addons: Mapping[int, str], sessions: Mapping[int, str]
) -> str:
    """Whom the list admits, as a line: 'Alla biljettyper med tillvalet Middag'. The mappings are names by id."""
    words = gettext("Alla biljettyper") if one.all_ticket_types else _names(types, one.ticket_types)
    if one.addons:
        words = gettext("%(types)s med tillvalet %(addons)s") % {"types": words, "addons": _names(addons, one.addons)}
    if one.session_id is not None:
        title = sessions.get(one.session_id, gettext("en borttagen programpunkt"))
        words = gettext("%(types)s som har valt ”%(session)s”") % {"types": words, "session": title}
    return words


def times_words(one: CheckinList, zone: ZoneInfo) -> str:
    """How often and when: 'En gång om dagen, tisdag 11 maj kl. 08.00–10.00'."""
    words = str(repeat_name(one.repeat))
    opens, closes = one.opens_at, one.closes_at
    if opens and closes:
        whole_day = one.day is not None and clock(opens, zone) == clock(closes, zone)
        span = day(opens.astimezone(zone).date()) if whole_day else when(opens, closes, zone)
    elif opens:
        span = gettext("från %(moment)s") % {"moment": when(opens, None, zone)}
    elif closes:
        span = gettext("till %(moment)s") % {"moment": when(closes, None, zone)}
    else:
        return words
    return f"{words}, {span}"


def _names(names: Mapping[int, str], ids: Iterable[int]) -> str:
    wanted = set(ids)
    return listed(name for each, name in names.items() if each in wanted)
