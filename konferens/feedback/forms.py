"""The form with which a session is judged."""

from wtforms import RadioField
from wtforms.validators import InputRequired

from konferens.feedback.model import MAX_COMMENT, RATINGS, Judgement, rating_label
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, TextField


class FeedbackForm(Form):
    """Build it with `feedback_form`."""

    rating = RadioField(
        _l("Vad tyckte du?"), [InputRequired(_l("Välj hur bra det var."))], coerce=int, validate_choice=True
    )
    comment = TextField(
        _l("Något att tillägga?"),
        max_length=MAX_COMMENT,
        description=_l("Arrangören och de som medverkade läser det, utan att se vem som skrev."),
        render_kw={"rows": 4, "maxlength": MAX_COMMENT},
    )

    def judgement(self) -> Judgement:
        return Judgement(self.rating.data, self.comment.data)


def feedback_form(formdata: object = None, given: Judgement | None = None) -> FeedbackForm:
    """The form: posted, with what was answered before, or empty."""
    form = FeedbackForm(formdata, data={"rating": given.rating, "comment": given.comment} if given else None)
    form.rating.choices = [(rating, rating_label(rating)) for rating in RATINGS]
    return form
