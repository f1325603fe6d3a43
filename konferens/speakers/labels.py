"""What has been changed about a speaker, in words."""

from konferens.audit import Change
from konferens.i18n import gettext
from konferens.speakers.model import SpeakerStatus


def field_label(name: str) -> str:
    """What people call a field of the trail, in the current language."""
    return {
        "name": gettext("namn"),
        "email": gettext("e-post"),
        "image_digest": gettext("bild"),
        "title": gettext("titel eller roll"),
        "organisation": gettext("organisation"),
        "biography": gettext("presentation"),
        "website": gettext("webbplats"),
        "links": gettext("länkar"),
        "consent": gettext("om bild och text får visas"),
        "recording": gettext("om personen får filmas"),
        "needs": gettext("vad personen behöver"),
        "unavailable": gettext("när personen inte kan"),
        "ticket": gettext("biljett"),
    }.get(name, name)


def change_in_words(change: Change) -> str:
    """'Ändrade presentation, länkar', in the current language."""
    if change.action in ("speaker.answer", "speaker.invite"):
        status = str(change.after.get("status", ""))
        return SpeakerStatus(status).label if status in [each.value for each in SpeakerStatus] else status
    told = {
        "speaker.create": gettext("Tillagd"),
        "speaker.add": gettext("Tillagd från en annan konferens"),
        "speaker.remove": gettext("Borttagen ur konferensen"),
        "speaker.renew-page": gettext("Ny länk till den egna sidan"),
        "speaker.ticket": gettext("Fick en biljett"),
        "speaker.merge": gettext("Sammanslagen med en annan profil"),
    }.get(change.action)
    return told or gettext("Ändrade %(what)s") % {"what": ", ".join(field_label(name) for name in change.after)}


def who(change: Change) -> str:
    """The colleague's address, or that it was the speaker."""
    return gettext("personen själv") if change.actor.startswith("speaker:") else change.actor
