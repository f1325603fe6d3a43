"""The form in which something is proposed. Drafts need a title and an address; what is handed in needs the rest."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from wtforms import FormField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from konferens.events.model import Track
from konferens.i18n import LANGUAGES, gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.model import SessionLevel
from konferens.proposals.model import MOST_PEOPLE, Call, Proposal
from konferens.questions.forms import AnswersForm, answers_form
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField, RowsField, TextField

TRAP = "homepage"
"""A field that people don't see and programs fill in."""

_MARKDOWN = _l("Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -.")
_MINUTES = _l("Skriv ett antal minuter från 5 till 600.")


class PersonForm(Form):
    """Who proposes, or a co-speaker."""

    name = LineField(_l("Namn"))
    email = EmailField(_l("E-post"))
    title = LineField(_l("Titel eller roll"))
    organisation = LineField(_l("Organisation"))
    biography = TextField(
        _l("Presentation"),
        max_length=3000,
        description=_l("Några meningar som kan stå i programmet."),
        render_kw={"rows": 3},
    )

    @property
    def is_empty(self) -> bool:
        return not any(field.data for field in self)


class ProposalForm(Form):
    """Build it with `proposal_form`."""

    title = LineField(_l("Titel"), max_length=300)
    type = SelectField(_l("Typ"))
    track = SelectField(lazy_pgettext("one", "Spår"))
    language = SelectField(_l("Språk"))
    level = SelectField(_l("Nivå"))
    minutes = IntegerField(
        _l("Längd i minuter"),
        [Optional(), NumberRange(5, 600, _MINUTES)],
        description=_l("Ungefär hur lång tid som behövs."),
        render_kw={"type": "number", "min": "5", "max": "600", "inputmode": "numeric"},
    )
    abstract = TextField(
        _l("Sammanfattning"),
        max_length=3000,
        description=_l("Ett stycke som lockar. Det står i programmet om förslaget antas."),
        render_kw={"rows": 5},
    )
    description = TextField(_l("Mer om innehållet"), description=_MARKDOWN, render_kw={"rows": 8})
    notes = TextField(
        _l("Till arrangörerna"),
        max_length=3000,
        description=_l("Sådant som inte ska stå i programmet, till exempel teknik, resor eller tider som inte passar."),
        render_kw={"rows": 3},
    )
    people = RowsField(FormField(PersonForm), min_entries=1, max_entries=MOST_PEOPLE)

    answers: AnswersForm
    trapped: bool

    def may_be_saved(self, *, submit: bool) -> bool:
        """Whether it may be kept as a draft, or with `submit` handed in; errors stand at the fields."""
        valid = bool(self.validate())
        valid = self.answers.validate_for("", require=submit) and valid
        needed = [(self.title, _l("Skriv en titel.")), (self.proposer.email, _l("Skriv din e-postadress."))]
        if submit:
            needed += [
                (self.abstract, _l("Skriv en sammanfattning.")),
                (self.proposer.name, _l("Skriv ditt namn.")),
            ]
        for person in self.co_speakers:
            if not person.is_empty and submit:
                needed.append((person.name, _l("Skriv namnet.")))
            if not person.is_empty:
                needed.append((person.email, _l("Skriv e-postadressen. Personen får ett mejl.")))
        for field, message in needed:
            if not field.data and not field.errors:
                field.errors = [str(message)]
                valid = False
        return self._without_doubles() and valid

    def _without_doubles(self) -> bool:
        seen: set[str] = set()
        unique = True
        for row in self.people:
            email = (row.form.email.data or "").casefold()
            if email and email in seen and not row.form.email.errors:
                row.form.email.errors = [gettext("Den e-postadressen står redan på en annan person.")]
                unique = False
            seen.add(email)
        return unique

    @property
    def proposer(self) -> PersonForm:
        return self.people[0].form  # type: ignore[no-any-return]

    @property
    def co_speakers(self) -> list[PersonForm]:
        return [row.form for row in self.people[1:]]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, message) for everything that is wrong, in the order of the page."""
        fields = [field for field in self if field.name != "people"]
        fields += list(self.answers)
        fields += [field for row in self.people for field in row.form]
        return [(field.id, f"{field.label.text}: {error}") for field in fields for error in field.errors]

    def add_person(self) -> bool:
        """One more empty row; whether there was room for it."""
        if len(self.people) >= MOST_PEOPLE:
            return False
        self.people.append_entry()
        return True

    def remove_person(self, number: int) -> None:
        """Take the co-speaker with this number (from 1 on) away; those after move up."""
        rows = [row.data for row in self.people]
        if 0 < number < len(rows):
            del rows[number]
            while len(self.people):
                self.people.pop_entry()
            self.people.last_index = -1
            for row in rows:
                self.people.append_entry(row)

    def values(self) -> dict[str, Any]:
        """What `actions.begin_proposal` and `save_proposal` take. Call after `may_be_saved`."""
        names = ("title", "type", "language", "level", "minutes", "abstract", "description", "notes")
        given = self.answers.values("")
        people = [row.form for index, row in enumerate(self.people) if index == 0 or not row.form.is_empty]
        return {name: self[name].data for name in names} | {
            "track_id": int(self.track.data) if self.track.data else None,
            "answers": {
                question.code: given[question.id]
                for question in self.answers.questions
                if given[question.id] is not None
            },
            "people": [
                {name: person[name].data or "" for name in ("name", "email", "title", "organisation", "biography")}
                for person in people
            ],
        }


def proposal_form(
    call: Call,
    tracks: Sequence[Track],
    *,
    language: str,
    proposal: Proposal | None = None,
    formdata: FormData | None = None,
) -> ProposalForm:
    """The form: posted, or with what the proposal has now. `language` is that of a new proposal.

    Types, tracks and answers that the call doesn't offer any more stay where the proposal has them.
    """
    form = ProposalForm(formdata, data=_data(call, language, proposal))
    types = list(call.types)
    if proposal and proposal.type not in types:
        types.append(proposal.type)
    form.type.choices = [SelectChoice(each.value, each.label) for each in types]
    form.track.choices = [
        SelectChoice("", gettext("Inget särskilt")),
        *(SelectChoice(str(track.id), track.name) for track in tracks),
    ]
    form.language.choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
    form.level.choices = [SelectChoice(each.value, each.label) for each in SessionLevel]
    given = proposal.answers if proposal else {}
    form.answers = answers_form(
        call.questions, "", formdata, {each.id: given[each.code] for each in call.questions if each.code in given}
    )
    form.trapped = bool(formdata and formdata.get(TRAP))
    for field in (form.title, form.abstract, form.type, form.language, form.proposer.name, form.proposer.email):
        field.flags.required = True
    for person in form.co_speakers:
        person.name.flags.required = person.email.flags.required = True
    return form


def _data(call: Call, language: str, proposal: Proposal | None) -> Mapping[str, Any]:
    if proposal is None:
        return {"type": call.types[0].value, "track": "", "language": language, "level": ""}
    names = ("title", "language", "minutes", "abstract", "description", "notes")
    people = [
        {name: getattr(person, name) for name in ("name", "email", "title", "organisation", "biography")}
        for person in proposal.people
    ]
    return {name: getattr(proposal, name) for name in names} | {
        "type": proposal.type.value,
        "track": str(proposal.track.id) if proposal.track else "",
        "level": proposal.level.value,
        "people": people,
    }
