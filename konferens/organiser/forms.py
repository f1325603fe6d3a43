"""Forms for an edition: its settings, and a new one."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from stdnum.se import vat as se_vat
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FloatField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Email, InputRequired, NumberRange, Optional, Regexp, ValidationError

from konferens.codes import slugify
from konferens.events.model import RESERVED_SLUGS, THEMES, YEARS, Edition, Series
from konferens.i18n import LANGUAGES, gettext
from konferens.i18n import lazy_gettext as _l
from konferens.payments.model import is_bankgiro
from konferens.registration.forms import valid_orgnr
from konferens.web.forms import Form, LineField, TextField, clean_line

MAX_DAYS = 31
_LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_MARKDOWN = _l("Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -.")


def theme_names() -> dict[str, str]:
    """What each look is called, in the current language."""
    names = {
        "default": gettext("Klassisk"),
        "lokalekonomi": gettext("Lokalekonomi – åker och lada"),
        "drivmedel": gettext("Drivmedel – mack och landsväg"),
        "omstallning": gettext("Omställning – skog och äng"),
    }
    return {theme: names.get(theme, theme) for theme in THEMES}


def digits(value: str | None) -> str:
    """Only the digits of `value`: '123-4567' → '1234567'."""
    return "".join(character for character in value or "" if character.isascii() and character.isdigit())


def require_year(field: DateField | DateTimeLocalField) -> None:
    """Raises ValidationError for a date outside of `YEARS`."""
    if field.data and field.data.year not in YEARS:
        raise ValidationError(gettext("Skriv ett år mellan 2000 och 2199."))


class DatesMixin(Form):
    starts_on = DateField(_l("Första dagen"), [DataRequired(_l("Välj den första dagen."))])
    ends_on = DateField(_l("Sista dagen"), [DataRequired(_l("Välj den sista dagen."))])

    def validate_starts_on(self, field: DateField) -> None:
        require_year(field)

    def validate_ends_on(self, field: DateField) -> None:
        require_year(field)
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("Den sista dagen kommer före den första."))
        if self.starts_on.data and field.data and (field.data - self.starts_on.data).days >= MAX_DAYS:
            raise ValidationError(gettext("En konferens kan vara högst 31 dagar."))


class SettingsForm(DatesMixin):
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv konferensens namn."))])
    tagline = LineField(_l("Underrubrik"), max_length=300, description=_l("En mening som syns stort på förstasidan."))
    description = TextField(_l("Om konferensen"), description=_MARKDOWN, render_kw={"rows": 8})
    practical = TextField(
        _l("Praktiskt"), description=_l("Resa, boende, mat, tillgänglighet. Markdown fungerar."), render_kw={"rows": 8}
    )
    language = SelectField(_l("Huvudspråk"))
    theme = RadioField(_l("Utseende"))

    time_zone = StringField(
        _l("Tidszon"),
        filters=[clean_line],
        description=_l("Ändras den behåller programmet sina klockslag."),
        render_kw={"list": "time-zones", "autocomplete": "off"},
    )
    registration_opens_at = DateTimeLocalField(
        _l("Anmälan öppnar"), [Optional()], format=_LOCAL, description=_l("Tomt: när konferensen publiceras.")
    )
    registration_closes_at = DateTimeLocalField(
        _l("Anmälan stänger"), [Optional()], format=_LOCAL, description=_l("Tomt: när den sista dagen är slut.")
    )

    venue_name = LineField(_l("Lokal"))
    venue_address = LineField(_l("Gatuadress"), max_length=300)
    venue_city = LineField(_l("Ort"), max_length=100)
    latitude = FloatField(
        _l("Latitud"),
        [Optional(), NumberRange(-90, 90, _l("Latituden går från −90 till 90."))],
        render_kw={"inputmode": "decimal"},
    )
    longitude = FloatField(
        _l("Longitud"),
        [Optional(), NumberRange(-180, 180, _l("Longituden går från −180 till 180."))],
        render_kw={"inputmode": "decimal"},
    )
    contact_email = LineField(
        _l("E-post för frågor"),
        [Optional(), Email(_l("Det ser inte ut som en e-postadress."))],
        max_length=254,
        render_kw={"type": "email", "inputmode": "email"},
    )

    payment_terms_days = IntegerField(
        _l("Betalningsvillkor i dagar"),
        [InputRequired(_l("Skriv ett antal dagar.")), NumberRange(0, 365, _l("Skriv ett tal från 0 till 365."))],
        render_kw={"type": "number", "min": "0", "max": "365", "inputmode": "numeric"},
    )
    bankgiro = LineField(_l("Bankgiro"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "123-4567"})
    swish_number = LineField(
        _l("Swishnummer"),
        max_length=20,
        description=_l("Tio siffror som börjar med 123."),
        render_kw={"inputmode": "numeric", "placeholder": "123 456 78 90"},
    )

    seller_name = LineField(
        _l("Säljarens namn"), description=_l("Föreningens eller företagets namn, som det är registrerat.")
    )
    seller_address = TextField(
        _l("Säljarens postadress"), max_length=500, render_kw={"rows": 3, "autocomplete": "street-address"}
    )
    seller_orgnr = LineField(
        _l("Organisationsnummer"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "802016-0001"}
    )
    seller_vat_number = LineField(
        _l("Momsregistreringsnummer"),
        max_length=20,
        description=_l("Behövs när någon biljett har moms. Tomt för den som inte är momsregistrerad."),
        render_kw={"autocapitalize": "characters", "placeholder": "SE802016000101"},
    )
    f_tax = BooleanField(_l("Godkänd för F-skatt"))
    exemption_text = LineField(
        _l("Varför momsfria biljetter saknar moms"),
        max_length=300,
        description=_l("Står på fakturan, till exempel att föreningen är en allmännyttig ideell förening."),
    )

    def validate_time_zone(self, field: StringField) -> None:
        if field.data not in available_timezones():
            raise ValidationError(gettext("Skriv en tidszon som Europe/Stockholm."))

    def validate_registration_opens_at(self, field: DateTimeLocalField) -> None:
        require_year(field)

    def validate_registration_closes_at(self, field: DateTimeLocalField) -> None:
        require_year(field)
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(gettext("Anmälan stänger innan den öppnar."))

    def validate_bankgiro(self, field: LineField) -> None:
        if field.data and not is_bankgiro(field.data):
            raise ValidationError(gettext("Numret stämmer inte. Ett bankgironummer har sju eller åtta siffror."))

    def validate_swish_number(self, field: LineField) -> None:
        number = digits(field.data)
        if field.data and not (len(number) == 10 and number.startswith("123")):  # noqa: PLR2004
            raise ValidationError(gettext("Ett swishnummer för företag har tio siffror och börjar med 123."))

    def validate_seller_orgnr(self, field: LineField) -> None:
        if field.data:
            try:
                field.data = valid_orgnr(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate_seller_vat_number(self, field: LineField) -> None:
        number = re.sub(r"[\s-]", "", field.data).upper()
        if number and not (number.startswith("SE") and se_vat.is_valid(number)):
            raise ValidationError(
                gettext("Numret stämmer inte. Det är SE, organisationsnumret och 01, som SE802016000101.")
            )
        field.data = number

    def values(self) -> dict[str, Any]:
        """Columns of `editions`. The registration's hours are read in the zone that the form names."""
        values = {field.name: field.data for field in self}
        zone = ZoneInfo(values["time_zone"])
        for name in ("registration_opens_at", "registration_closes_at"):
            local: datetime | None = values[name]
            values[name] = local.replace(tzinfo=zone).astimezone(UTC) if local else None
        values["bankgiro"] = _hyphenated(digits(values["bankgiro"]))
        values["swish_number"] = digits(values["swish_number"])
        return values


def _hyphenated(bankgiro: str) -> str:
    return f"{bankgiro[:-4]}-{bankgiro[-4:]}" if bankgiro else ""


def settings_form(edition: Edition, formdata: Any = None) -> SettingsForm:
    """The form with its choices: posted, or with what the edition has now."""
    local = {
        name: moment.astimezone(edition.zone).replace(tzinfo=None) if moment else None
        for name, moment in (
            ("registration_opens_at", edition.registration_opens_at),
            ("registration_closes_at", edition.registration_closes_at),
        )
    }
    form = SettingsForm(formdata, obj=edition, data=local) if formdata is None else SettingsForm(formdata)
    for name, moment in local.items():
        if formdata is None:
            form[name].data = moment
    form.language.choices = list(LANGUAGES.items())
    form.theme.choices = list(theme_names().items())
    return form


class NewEditionForm(DatesMixin):
    series = SelectField(_l("Serie"))
    series_name = LineField(_l("Den nya seriens namn"), description=_l("Till exempel ”Lokalekonomidagarna”."))
    organisation = LineField(_l("Arrangör"))
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv konferensens namn."))])
    slug = LineField(
        _l("Adress"),
        [
            DataRequired(_l("Skriv sista delen av adressen.")),
            Regexp(r"[a-z0-9][a-z0-9-]*\Z", message=_l("Använd små bokstäver a–z, siffror och bindestreck.")),
        ],
        max_length=80,
        description=_l("Oftast årtalet. Den kan inte ändras sedan, för länkar pekar på den."),
    )

    def validate_series_name(self, field: LineField) -> None:
        if self.series.data:
            return
        if not slugify(field.data):
            raise ValidationError(gettext("Skriv den nya seriens namn, eller välj en serie."))
        if self.series_slug() in RESERVED_SLUGS:
            raise ValidationError(gettext("Det namnet är upptaget av webbplatsen själv."))

    def validate_slug(self, field: LineField) -> None:
        if field.data == "new":
            raise ValidationError(gettext("Den adressen är upptagen. Välj en annan."))

    def series_slug(self) -> str:
        """The series' slug: the chosen one's, or one made of the new name."""
        return self.series.data or slugify(self.series_name.data)[:80]

    def new_series(self) -> dict[str, str] | None:
        """Columns of a new series, or None where one is chosen."""
        if self.series.data:
            return None
        return {
            "slug": self.series_slug(),
            "name": self.series_name.data,
            "organisation": self.organisation.data,
        }

    def values(self) -> dict[str, Any]:
        """Columns of the new edition."""
        return {name: self[name].data for name in ("name", "slug", "starts_on", "ends_on")}


def new_edition_form(series: Sequence[Series], formdata: Any = None) -> NewEditionForm:
    """The form with its choice of series."""
    form = NewEditionForm(formdata)
    form.series.choices = [*((each.slug, each.name) for each in series), ("", gettext("En ny serie"))]
    return form
