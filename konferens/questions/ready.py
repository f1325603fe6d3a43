"""Ready-made questions, added with one click. Their codes are stable: other parts look some of them up.

The texts are in the current language; `add_ready_made` takes the edition's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.offering.seats import next_ticket_changes
from konferens.questions.editing import save_question
from konferens.questions.model import Question, QuestionKind
from konferens.questions.queries import questions_of

ATTENDEE_LIST, PHOTO = "attendee-list", "photo"
"""Codes of the consents: who may be on the list that attendees see, and in pictures that are published."""

DIET, DIET_TEXT, ACCESSIBILITY = "diet", "diet-text", "accessibility"
"""Codes of what the kitchen and the hosts need to know, which check-in lists may show."""

COUNTIES = (
    "Blekinge",
    "Dalarna",
    "Gotland",
    "Gävleborg",
    "Halland",
    "Jämtland",
    "Jönköping",
    "Kalmar",
    "Kronoberg",
    "Norrbotten",
    "Skåne",
    "Stockholm",
    "Södermanland",
    "Uppsala",
    "Värmland",
    "Västerbotten",
    "Västernorrland",
    "Västmanland",
    "Västra Götaland",
    "Örebro",
    "Östergötland",
)
"""The Swedish counties (län), by the alphabet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question to be added; the fields as in model.Question, `shown_by` the code of a draft before it."""

    code: str
    kind: QuestionKind
    label: str
    purpose: str
    help: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    sensitive: bool = False
    shown_by: str | None = None
    shown_if: str = ""


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """Questions that are added together."""

    key: str
    name: str
    drafts: tuple[Draft, ...]

    def missing(self, existing: Sequence[Question]) -> tuple[Draft, ...]:
        """Those that an edition with these questions doesn't have yet."""
        codes = {question.code for question in existing}
        return tuple(draft for draft in self.drafts if draft.code not in codes)


def ready_made() -> list[ReadyMade]:
    """All of them, in the current language."""
    return [
        ReadyMade(DIET, gettext("Mat och allergier"), _diet()),
        ReadyMade(ACCESSIBILITY, gettext("Tillgänglighet"), (_accessibility(),)),
        ReadyMade("phone", gettext("Mobilnummer"), (_phone(),)),
        ReadyMade("title", gettext("Titel eller roll"), (_title(),)),
        ReadyMade("county", gettext("Län"), (_county(),)),
        ReadyMade("travel", gettext("Resa"), (_travel(),)),
        ReadyMade(ATTENDEE_LIST, gettext("Deltagarlista"), (_attendee_list(),)),
        ReadyMade(PHOTO, gettext("Bilder"), (_photo(),)),
    ]


async def add_ready_made(db: Database, edition: Edition, key: str, *, actor: str) -> None:
    """Add the questions of a ReadyMade that the edition lacks. Raises NotFoundError, ConflictError where it has them all."""
    with use_language(edition.language):
        chosen = next((each for each in ready_made() if each.key == key), None)
    if chosen is None:
        raise NotFoundError(f"ready-made {key}")
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)  # one after the other: a double click adds them once
        existing = await questions_of(db, edition.id, active_only=False)
        ids = {question.code: question.id for question in existing}
        missing = chosen.missing(existing)
        if not missing:
            raise ConflictError(f"{key} is there already")
        for draft in missing:  # two at most
            values = {
                "code": draft.code,
                "kind": draft.kind,
                "label": draft.label,
                "help": draft.help,
                "choices": draft.choices,
                "required": draft.required,
                "sensitive": draft.sensitive,
                "purpose": draft.purpose,
                "active": True,
                "shown_by_id": ids[draft.shown_by] if draft.shown_by else None,
                "shown_if": draft.shown_if,
            }
            ids[draft.code] = await save_question(db, edition.id, None, values, actor=actor)


def _diet() -> tuple[Draft, ...]:
    other = gettext("Allergi eller annat")
    purpose = gettext("Vi frågar för att köket ska kunna laga mat som du kan äta.")
    diets = (gettext("Vegetariskt"), gettext("Veganskt"), gettext("Glutenfritt"), gettext("Laktosfritt"), other)
    return (
        Draft(DIET, QuestionKind.CHOICES, gettext("Äter du något särskilt?"), purpose, choices=diets, sensitive=True),
        Draft(
            DIET_TEXT,
            QuestionKind.LONG_TEXT,
            gettext("Vad behöver köket veta?"),
            purpose,
            gettext("Skriv vad du inte kan äta, och om du är känslig även för spår av det."),
            required=True,
            sensitive=True,
            shown_by=DIET,
            shown_if=other,
        ),
    )


def _accessibility() -> Draft:
    return Draft(
        ACCESSIBILITY,
        QuestionKind.LONG_TEXT,
        gettext("Behöver du något för att kunna delta?"),
        gettext("Vi frågar för att lokalen och värdarna ska vara förberedda."),
        gettext("Till exempel ramp, hörslinga, teckenspråkstolk eller en ledsagare."),
        sensitive=True,
    )


def _phone() -> Draft:
    purpose = gettext("Så når vi dig under konferensen om något ändras.")
    return Draft("phone", QuestionKind.TEXT, gettext("Mobilnummer"), purpose)


def _title() -> Draft:
    purpose = gettext("Vi frågar för att kunna planera efter vilka som kommer.")
    return Draft("title", QuestionKind.TEXT, gettext("Titel eller roll"), purpose)


def _county() -> Draft:
    purpose = gettext("Vi frågar för att se var deltagarna kommer ifrån.")
    return Draft("county", QuestionKind.CHOICE, gettext("Län"), purpose, choices=COUNTIES)


def _travel() -> Draft:
    means = (
        gettext("Tåg"),
        gettext("Buss"),
        gettext("Samåkning"),
        gettext("Egen bil"),
        gettext("Cykel eller till fots"),
        gettext("Vet inte än"),
    )
    purpose = gettext("Vi frågar för att planera bussar, parkering och samåkning.")
    return Draft("travel", QuestionKind.CHOICES, gettext("Hur reser du hit?"), purpose, choices=means)


def _attendee_list() -> Draft:
    return Draft(
        ATTENDEE_LIST,
        QuestionKind.YES_NO,
        gettext("Får ditt namn och din organisation stå på deltagarlistan?"),
        gettext("Listan hjälper deltagarna att hitta varandra."),
        gettext("Andra deltagare ser listan. Du kan ändra dig när du vill."),
    )


def _photo() -> Draft:
    return Draft(
        PHOTO,
        QuestionKind.YES_NO,
        gettext("Får du vara med på bilder från konferensen?"),
        gettext("Bilderna visar hur konferensen var och bjuder in till nästa."),
        gettext("Bilderna kan synas på webbplatsen och i sociala medier. Du kan ändra dig när du vill."),
    )
