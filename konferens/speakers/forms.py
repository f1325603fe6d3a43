"""The organiser's form for a speaker, and the choice of what is seen of a portrait."""

from math import isfinite, nan

from wtforms import BooleanField, FileField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Optional

from konferens.i18n import lazy_gettext as _l
from konferens.speakers.images import Crop
from konferens.web.forms import Form, LineField, TextField, WebAddressField

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


class SpeakerForm(CropForm):
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

    def values(self) -> dict[str, str]:
        """What `create_speaker` and `update_speaker` take, portrait apart."""
        names = ("name", "email", "title", "organisation", "biography", "website")
        return {name: self[name].data for name in names}
