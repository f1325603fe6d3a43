"""Forms on the speaker's own page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import BooleanField, FileField, FormField, HiddenField, TimeField
from wtforms.validators import DataRequired, Optional

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.speakers.editing import version_of
from konferens.speakers.forms import CropForm, LinksForm
from konferens.speakers.model import Participation, Speaker
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField, RowsField, TextField, WebAddressField

_MIDNIGHT = time(0)


class AwayForm(Form):
    """A time of a day of the conference; without its beginning it begins with the day, without its end it ends with it."""

    day = HiddenField()
    starts = TimeField(_l("Från"), [Optional()])
    ends = TimeField(_l("Till"), [Optional()])

    def interval(self, days: Sequence[date]) -> tuple[datetime, datetime] | None:
        """By the edition's clocks; None where nothing is said, or for a day that is none of `days`."""
        day = next((each for each in days if each.isoformat() == self.day.data), None)
        if day is None or (self.starts.data is None and self.ends.data is None):
            return None
        starts = datetime.combine(day, self.starts.data or _MIDNIGHT)
        ends = datetime.combine(day, self.ends.data or _MIDNIGHT)
        return starts, ends if self.ends.data not in (None, _MIDNIGHT) else ends + timedelta(days=1)


class ProfileForm(LinksForm):
    """Who the speaker is, what may be shown, and what they need. All of it is the speaker's own to change."""

    name = LineField(_l("Namn"), [DataRequired(_l("Skriv ditt namn."))], render_kw={"required": True})
    email = EmailField(
        _l("E-post"),
        [DataRequired(_l("Skriv din e-postadress."))],
        description=_l("Visas aldrig för besökare."),
        render_kw={"type": "email", "inputmode": "email", "autocapitalize": "none", "required": True},
    )
    title = LineField(_l("Titel eller roll"), description=_l("Till exempel ”verksamhetsledare”."))
    organisation = LineField(_l("Organisation"))
    biography = TextField(
        _l("Presentation"),
        description=_l("Några meningar. Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -."),
        render_kw={"rows": 8},
    )
    website = WebAddressField(_l("Webbplats"))
    consent = BooleanField(_l("Min bild och mina texter får visas på konferensens sidor"))
    recording = BooleanField(_l("Jag får filmas och sändas på nätet"))
    needs = TextField(
        _l("Vad du behöver av oss"),
        max_length=4000,
        description=_l("Till exempel teknik, mat och allergier, eller tillgänglighet."),
        render_kw={"rows": 4},
    )
    away = RowsField(FormField(AwayForm))
    version = HiddenField()

    def __init__(self, formdata: Any = None, *, days: Sequence[date], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(formdata, data=data)
        self.days = days

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that each time away ends after it begins."""
        is_valid = bool(super().validate(extra_validators))
        for row in self.away:
            interval = row.form.interval(self.days)
            if interval is not None and interval[1] <= interval[0]:
                row.form.ends.errors = [gettext("Slutet måste komma efter början.")]
                is_valid = False
        return is_valid

    def values(self) -> dict[str, Any]:
        """What `speakers.actions.update_speaker` takes, portrait apart; links and times only of a form that has rows for them."""
        names = ("name", "email", "title", "organisation", "biography", "website", "consent", "recording", "needs")
        values = {name: self[name].data for name in names}
        if len(self.links):
            values["links"] = self.given_links
        if len(self.away):
            away = sorted({each for row in self.away if (each := row.form.interval(self.days)) is not None})
            values["unavailable"] = [
                [starts.isoformat(timespec="minutes"), ends.isoformat(timespec="minutes")] for starts, ends in away
            ]
        return values

    @property
    def away_rows(self) -> list[tuple[date, list[AwayForm]]]:
        """The rows of each day."""
        return [(day, [row.form for row in self.away if row.form.day.data == day.isoformat()]) for day in self.days]

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(id, label, message) of every field that is wrong, those of rows too, in the order of the page."""
        fields = [each for each in self if each.name not in ("links", "away")]
        fields += [each for row in (*self.links, *self.away) for each in row.form]
        return [(each.id, each.label.text, str(error)) for each in fields for error in each.errors]


def profile_form(speaker: Speaker, agreed: Participation, days: Sequence[date]) -> ProfileForm:
    """The form as things stand, with room for more links, and for one more time on each day."""
    rows = [_away_row(starts, ends) for starts, ends in agreed.unavailable if starts.date() in days]
    names = ("name", "email", "title", "organisation", "biography", "website", "consent", "recording")
    form = ProfileForm(
        days=days,
        data={name: getattr(speaker, name) for name in names}
        | {
            "needs": agreed.needs,
            "version": version_of(speaker),
            "links": [{"title": link.title, "url": link.url} for link in speaker.links],
            "away": rows + [{"day": day.isoformat(), "starts": None, "ends": None} for day in days],
        },
    )
    form.add_rows()
    return form


def _away_row(starts: datetime, ends: datetime) -> dict[str, Any]:
    """A kept interval as a row: midnight, at which a day begins and ends, isn't written out."""
    return {
        "day": starts.date().isoformat(),
        "starts": starts.time() if starts.time() != _MIDNIGHT or ends.time() == _MIDNIGHT else None,
        "ends": ends.time() if ends.time() != _MIDNIGHT else None,
    }


class PortraitForm(CropForm):
    """A picture, and which part of it is shown."""

    portrait = FileField(
        _l("Bild"),
        [DataRequired(_l("Välj en bild."))],
        description=_l("JPEG, PNG eller WebP, högst 12\u00a0MB. Bilden beskärs till en kvadrat."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/gif,image/tiff", "required": True},
    )
