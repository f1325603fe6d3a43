"""The organiser's form for a speaker."""

from wtforms import BooleanField, FileField
from wtforms.validators import DataRequired, Email, Optional

from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField, TextField, WebAddressField


class SpeakerForm(Form):
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
