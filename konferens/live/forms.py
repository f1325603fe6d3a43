"""The organiser's form for what the screens announce."""

from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField


class BoardForm(Form):
    board_message = LineField(
        _l("Meddelande"),
        max_length=300,
        description=_l(
            "En kort rad, till exempel ”Bussen till studiebesöket går 13.15 från torget”. Tomt fält: inget meddelande."
        ),
        render_kw={"maxlength": 300, "autocomplete": "off"},
    )
