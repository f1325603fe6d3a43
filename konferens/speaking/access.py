"""Whom the address /speaking/SECRET/ lets in."""

from dataclasses import dataclass

from starlette.requests import Request

from konferens.clock import now
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.speakers.model import Participation, Speaker
from konferens.speakers.queries import find_participation, find_speaker, whose_page
from konferens.web.requests import database

OWN = "/speaking/{secret}"
"""The template of a speaker's own addresses."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The speaker whose page it is, in the edition that it is about."""

    edition: Edition
    speaker: Speaker
    agreed: Participation

    @property
    def actor(self) -> str:
        """The audit trail's name of whoever has the page's address."""
        return f"speaker:{self.speaker.code}"

    @property
    def path(self) -> str:
        return self.agreed.path

    @property
    def may_answer(self) -> bool:
        """Whether a yes or no still means something: until the conference is over."""
        return not self.edition.is_over(now())


async def own_page(request: Request) -> Visitor:
    """Raises NotFoundError for a secret that is nobody's, or no longer is."""
    db = database(request)
    edition_id, code = await whose_page(db, request.path_params["secret"])
    speaker = await find_speaker(db, edition_id, code)
    return Visitor(await edition_by_id(db, edition_id), speaker, await find_participation(db, edition_id, speaker.id))
