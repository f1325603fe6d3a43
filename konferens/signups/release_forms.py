"""The form that releases a programme."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, Regexp

from konferens.i18n import lazy_gettext as _l
from konferens.programme.release_names import MAX_LENGTH
from konferens.web.forms import Form, LineField, TextField


class ReleaseForm(Form):
    """What a new version is called, what is said about it, and who gets a mail. `seen` is the mark of what was looked at."""

    seen = HiddenField()
    name = LineField(
        _l("Versionens namn"),
        [
            DataRequired(_l("Ge versionen ett namn, till exempel 1.1.")),
            # It stands in an address.
            Regexp(r"\w[^/\\?#%]*\Z", message=_l("Börja med en bokstav eller siffra, och använd inte / \\ ? # %.")),
        ],
        max_length=MAX_LENGTH,
    )
    note = TextField(
        _l("Vad är nytt?"),
        description=_l(
            "Syns för alla på sidan Ändringar i programmet, och i mejlen. Markdown fungerar: **fet**, *kursiv*, [länk](https://…)."
        ),
        max_length=5_000,
        render_kw={"rows": 3},
    )
    tell_speakers = BooleanField(_l("Mejla de medverkande som berörs"))
    tell_attendees = BooleanField(_l("Mejla de deltagare som berörs"))
