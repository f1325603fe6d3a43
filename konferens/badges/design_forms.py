"""The form that a badge is designed in: fields for each element, and the same as an address for its picture."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from wtforms import BooleanField, DecimalField, FormField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, NumberRange

from konferens.badges.elements import MAX_ELEMENTS, SIZES, Align, Element, Elements, Kind, Problem
from konferens.badges.papers import Paper
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField, RowsField

_NEW = {
    Kind.QR: (33, 33),
    Kind.COLOUR: (30, 12),
    Kind.NAME: (50, 18),
    Kind.SESSIONS: (50, 12),
    Kind.LOGO: (30, 12),
    Kind.IMAGE: (20, 20),
}
"""Width and height of a new element; others have 40 × 6 mm."""

_NUMBERS = ("x", "y", "width", "height", "size")
_ABSURD = 10_000
_SEPARATOR = "~"


class NumberField(DecimalField):  # type: ignore[misc]
    """A number with one decimal, written with a comma or a point."""

    data: Decimal | None

    def __init__(self, label: str, *, least: float, most: float, **kwargs: Any) -> None:
        attributes = {"type": "number", "step": "0.1", "min": str(least), "max": str(most), "inputmode": "decimal"}
        rules = [InputRequired(), NumberRange(Decimal(str(least)), Decimal(str(most)))]
        super().__init__(label, rules, places=1, render_kw=attributes, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([value.replace(",", ".").replace("−", "-") for value in valuelist])
        if self.data is not None and not self.data.is_finite():  # Decimal reads "NaN" and "Infinity"
            self.data = None
            raise ValueError(gettext("Skriv ett tal."))

    def _value(self) -> str:
        return str(super()._value()).removesuffix(".0")


class ElementForm(Form):
    kind = HiddenField(validators=[AnyOf([kind.value for kind in Kind])])
    x = NumberField(_l("Från vänster, mm"), least=0, most=200)
    y = NumberField(_l("Uppifrån, mm"), least=0, most=200)
    width = NumberField(_l("Bredd, mm"), least=3, most=200)
    height = NumberField(_l("Höjd, mm"), least=2, most=200)
    size = NumberField(_l("Bokstäver, punkter"), least=SIZES[0], most=SIZES[1])
    align = SelectField(
        _l("Raderna står"),
        choices=[
            SelectChoice(Align.LEFT.value, _l("till vänster")),
            SelectChoice(Align.CENTER.value, _l("i mitten")),
            SelectChoice(Align.RIGHT.value, _l("till höger")),
        ],
        default=Align.LEFT.value,
    )
    text = LineField(_l("Text"), max_length=120)
    remove = BooleanField(_l("Ta bort"))

    @property
    def element_kind(self) -> Kind:
        """What it shows; TEXT for a kind that isn't known."""
        return Kind(self.kind.data) if self.kind.data in set(Kind) else Kind.TEXT

    @property
    def is_readable(self) -> bool:
        """Whether there is a number in every field, right or wrong."""
        return all(self[name].data is not None and abs(self[name].data) < _ABSURD for name in _NUMBERS)

    @property
    def element(self) -> Element:
        """Call where it `is_readable`."""
        numbers = {name: float(round(self[name].data, 1)) for name in _NUMBERS}
        align = Align(self.align.data) if self.align.data in set(Align) else Align.LEFT
        return Element(self.element_kind, **numbers, align=align, text=self.text.data)


class DesignForm(Form):
    elements = RowsField(FormField(ElementForm), max_entries=MAX_ELEMENTS)

    @property
    def rows(self) -> list[ElementForm]:
        """A form for each element."""
        return [entry.form for entry in self.elements]

    @property
    def chosen(self) -> Elements:
        """The elements that aren't to be removed. Call after `validate`."""
        return tuple(row.element for row in self.rows if not row.remove.data)

    def tell(self, problems: Sequence[Problem]) -> None:
        """Put problems of `chosen` beside the fields that they are about."""
        kept = [row for row in self.rows if not row.remove.data]
        for problem in problems:
            if problem.number < 0:
                self.form_errors.append(problem.message)
            else:
                field = kept[problem.number][problem.field]
                field.errors = [*field.errors, problem.message]


def design_form(elements: Elements, formdata: Any = None) -> DesignForm:
    """The form of a design, or of what was sent of it. Rows beyond MAX_ELEMENTS and of unknown kinds are refused by `validate`."""
    if formdata is not None:
        return DesignForm(formdata)
    return DesignForm(data={"elements": [element.as_json() for element in elements]})


def new_element(kind: Kind, paper: Paper, text: str = "") -> Element:
    """One in the upper left corner, small enough for any paper."""
    width, height = _NEW.get(kind, (40, 6))
    size = 30 if kind is Kind.NAME else 10
    return Element(kind, 3, 3, min(width, paper.badge.measures.width - 6), height, size, text=text)


def as_query(elements: Elements, sample: str) -> str:
    """What the address of a picture says of a design, after '?'."""
    return urlencode([("sample", sample), *(("e", _as_text(element)) for element in elements)])


def _as_text(element: Element) -> str:
    numbers = (element.x, element.y, element.width, element.height, element.size)
    return _SEPARATOR.join((element.kind, *(f"{number:g}" for number in numbers), element.align, element.text))


def from_query(values: Sequence[str]) -> Elements:
    """The elements of an address; those that can't be are left out: a picture of what somebody is typing is better than none."""
    found = []
    for value in values[:MAX_ELEMENTS]:
        kind, *rest = value.split(_SEPARATOR, 7)
        names = (*_NUMBERS, "align", "text")
        form = ElementForm(data=None)
        form.process(_Values({"kind": kind, **dict(zip(names, rest, strict=False))}))
        if form.validate():
            found.append(form.element)
    return tuple(found)


class _Values(dict[str, str]):
    """A mapping as WTForms reads it."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
