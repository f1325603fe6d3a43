"""The organiser's form for a speaker, and the choice of what is seen of a portrait."""

from math import isfinite, nan
from typing import Any

from wtforms import BooleanField, FileField, FormField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Optional

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.speakers.images import Crop
from konferens.web.forms import Form, LineField, RowsField, TextField, WebAddressField

MOST_LINKS = 12
BLANK_LINKS = 2
"""How many empty rows for links there are, beside those that are filled in."""

_FOCUS = {"start": (0.0, 0.0), "upper": (0.5, 0.4), "middle": (0.5, 0.5), "end": (1.0, 1.0)}


class CropForm(Form):
    """Which part of a picture is shown. With scripts `crop` says it exactly: 'x y zoom', as `Crop` has them."""

    focus = RadioField(
        _l("Vilken del av bilden ska visas?"),
        [Optional()],
        choices=[
            SelectChoice("upper", _l("Mitten, lite uppåt")),
            SelectChoice("middle", _l("Mitten")),
            SelectChoice("start", _l("Överst, eller längst till vänster")),
            SelectChoice("end", _l("Nederst, eller längst till höger")),
        ],
        default="upper",
    )
    crop = HiddenField()

    @property
    def chosen(self) -> Crop:
        """What was chosen; a `crop` that can't be read doesn't count."""
        try:
            x, y, zoom = (float(part) for part in (self.crop.data or "").split())
        except ValueError:
            x = y = zoom = nan
        if not (isfinite(x) and isfinite(y) and isfinite(zoom)):
            return Crop(*_FOCUS.get(self.focus.data or "", _FOCUS["upper"]))
        return Crop(x, y, zoom)


class LinkForm(Form):
    """A link and the words that it is shown with."""

    title = LineField(_l("Vad länken heter"), max_length=120)
    url = WebAddressField(_l("Adress"), max_length=500)


class LinksForm(Form):
    """Links of a speaker, one a row; there are always some empty rows more."""

    links = RowsField(FormField(LinkForm), max_entries=MOST_LINKS)

    def add_rows(self) -> None:
        """Make room for more, up to `MOST_LINKS`."""
        for _ in range(min(BLANK_LINKS, MOST_LINKS - len(self.links))):
            self.links.append_entry()

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that a named link has an address."""
        is_valid = bool(super().validate(extra_validators))
        for row in self.links:
            if row.form.title.data and not row.form.url.data and not row.form.url.errors:
                row.form.url.errors = [gettext("Skriv vart länken leder.")]
                is_valid = False
        return is_valid

    @property
    def given_links(self) -> list[dict[str, str]]:
        """As `update_speaker` takes them."""
        return [{"title": row.form.title.data, "url": row.form.url.data} for row in self.links if row.form.url.data]


class SpeakerForm(LinksForm, CropForm):
    name = LineField(
        _l("Namn"), [DataRequired(_l("Skriv personens namn."))], render_kw={"autocomplete": "off", "required": True}
    )
    email = LineField(
        _l("E-post"),
        [Optional(), Email(_l("Det ser inte ut som en e-postadress."))],
        max_length=254,
        description=_l("Visas aldrig för besökare."),
        render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"},
    )
    title = LineField(_l("Titel eller roll"), description=_l("Till exempel ”verksamhetsledare”."))
    organisation = LineField(_l("Organisation"))
    biography = TextField(
        _l("Presentation"),
        description=_l("Några meningar. Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -."),
        render_kw={"rows": 8},
    )
    website = WebAddressField(_l("Webbplats"))
    portrait = FileField(
        _l("Porträtt"),
        description=_l("JPEG, PNG eller WebP, högst 12\u00a0MB. Bilden beskärs till en kvadrat."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/gif,image/tiff"},
    )
    remove_portrait = BooleanField(_l("Ta bort porträttet"))
    version = HiddenField()

    def values(self) -> dict[str, Any]:
        """What `create_speaker` and `update_speaker` take, portrait apart; links only of a form that has rows for them."""
        names = ("name", "email", "title", "organisation", "biography", "website")
        values = {name: self[name].data for name in names}
        return {**values, "links": self.given_links} if len(self.links) else values
