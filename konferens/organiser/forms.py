"""Forms for an edition: its settings, and a new one."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from wtforms import FloatField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, Email, NumberRange, Optional, Regexp, ValidationError

from konferens.codes import slugify
from konferens.events.model import RESERVED_SLUGS, THEMES, Edition, Series
from konferens.i18n import LANGUAGES, gettext
from konferens.i18n import lazy_gettext as _l
from konferens.organiser.payment_forms import PaymentFields
from konferens.organiser.terms_forms import TermsFields
from konferens.web.date_fields import DayField, MomentField, on_clocks
from konferens.web.forms import Form, LineField, TextField, clean_line

MAX_DAYS = 31
_HOURS = ("registration_opens_at", "registration_closes_at")
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


class DatesMixin(Form):
    starts_on = DayField(_l("Första dagen"), [DataRequired(_l("Välj den första dagen."))])
    ends_on = DayField(_l("Sista dagen"), [DataRequired(_l("Välj den sista dagen."))])

    def validate_ends_on(self, field: DayField) -> None:
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("Den sista dagen kommer före den första."))
        if self.starts_on.data and field.data and (field.data - self.starts_on.data).days >= MAX_DAYS:
            raise ValidationError(gettext("En konferens kan vara högst 31 dagar."))


class SettingsForm(DatesMixin, PaymentFields, TermsFields):
    """Build it with `settings_form`. What is paid how, and what happens by itself, have their own modules."""

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
    day_starts = TimeField(
        _l("Huset öppnar"),
        [Optional()],
        description=_l("Schemat börjar då, och säger till om något läggs tidigare. Tomt: det spelar ingen roll."),
    )
    day_ends = TimeField(
        _l("Huset stänger"), [Optional()], description=_l("En tid före öppningen räknas till natten efter.")
    )
    recording_license = LineField(
        _l("Inspelningarnas licens"),
        max_length=60,
        description=_l("Till exempel CC BY 4.0. En programpunkt kan ha en egen."),
    )
    registration_opens_at = MomentField(_l("Anmälan öppnar"), description=_l("Tomt: när konferensen publiceras."))
    registration_closes_at = MomentField(_l("Anmälan stänger"), description=_l("Tomt: när den sista dagen är slut."))

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

    def validate_time_zone(self, field: StringField) -> None:
        if field.data not in available_timezones():
            raise ValidationError(gettext("Skriv en tidszon som Europe/Stockholm."))

    def validate_registration_closes_at(self, field: MomentField) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError(gettext("Anmälan stänger innan den öppnar."))

    def values(self) -> dict[str, Any]:
        """Columns of `editions`. The registration's hours are read in the zone that the form names."""
        values = {field.name: field.data for field in self} | self.payment_values()
        if not self.recording_license.raw_data:  # posted by a form that doesn't know it
            del values["recording_license"]
        zone = ZoneInfo(values["time_zone"])
        for name in _HOURS:
            values[name] = self[name].in_utc(zone)
        return values


def settings_form(edition: Edition, formdata: Any = None, *, has_prices: bool = False) -> SettingsForm:
    """The form with its choices: posted, or with what the edition has now. `has_prices`: something that is sold costs."""
    form = SettingsForm(formdata, obj=edition if formdata is None else None)
    if formdata is None:
        for name in _HOURS:
            form[name].data = on_clocks(getattr(edition, name), edition.zone)
    form.has_prices = has_prices
    form.language.choices = list(LANGUAGES.items())
    form.theme.choices = list(theme_names().items())
    return form


class AddressFields(Form):
    """What a new edition is called, and where it is."""

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

    def validate_slug(self, field: LineField) -> None:
        if field.data == "new":
            raise ValidationError(gettext("Den adressen är upptagen. Välj en annan."))

    def refuse_slug(self) -> None:
        """Say beside the field that the series has an edition there already."""
        self.slug.errors = [gettext("Adressen är upptagen: det finns redan en konferens där. Välj en annan.")]


class NewEditionForm(AddressFields, DatesMixin):
    series = SelectField(_l("Serie"))
    series_name = LineField(_l("Den nya seriens namn"), description=_l("Till exempel ”Lokalekonomidagarna”."))
    organisation = LineField(_l("Arrangör"))

    def validate_series_name(self, field: LineField) -> None:
        if self.series.data:
            return
        if not slugify(field.data):
            raise ValidationError(gettext("Skriv den nya seriens namn, eller välj en serie."))
        if self.series_slug() in RESERVED_SLUGS:
            raise ValidationError(gettext("Det namnet är upptaget av webbplatsen själv."))

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
