"""Forms of people's rights."""

from wtforms import IntegerField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField, TextField


class ErasureForm(Form):
    """Somebody asks to be erased, and may say more."""

    message = TextField(
        _l("Vill du säga något mer?"),
        max_length=2000,
        description=_l("Du behöver inte säga varför."),
        render_kw={"rows": 3},
    )


class RefusalForm(Form):
    """Why the office says no."""

    reason = TextField(
        _l("Skäl till avslag"),
        [DataRequired(_l("Skriv skälet. Den som har bett om det har rätt att få veta."))],
        max_length=2000,
        description=_l("Visas för den som har bett om det, tillsammans med hur man klagar."),
        render_kw={"rows": 4},
    )


class DoErasureForm(Form):
    """The office erases; where tickets end by it, how much of their price is kept."""

    keep = IntegerField(
        _l("Behåll av priset, procent"),
        [
            InputRequired(_l("Skriv ett tal från 0 till 100.")),
            NumberRange(0, 100, _l("Skriv ett tal från 0 till 100.")),
        ],
        default=0,
        description=_l("Resten krediteras. Är det betalt behöver ni betala tillbaka det."),
        render_kw={"inputmode": "numeric", "min": "0", "max": "100"},
    )


class PersonForm(Form):
    """Look somebody up."""

    q = LineField(_l("Namn, e-post eller bokningskod"), render_kw={"type": "search", "autocomplete": "off"})
