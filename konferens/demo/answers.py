"""What the demo's people answer to the ready-made questions."""

import random
from collections.abc import Sequence
from typing import Any

from konferens.questions.model import Question
from konferens.questions.ready import ATTENDEE_LIST, PHOTO

_KITCHEN = (
    "Nötter, även spår.",
    "Celiaki: inte ens smulor av vete.",
    "Allergisk mot skaldjur.",
    "Äter inte gris.",
    "Mjölkprotein, laktosfritt räcker inte.",
)
_NEEDS = (
    "Jag använder rullstol.",
    "Hörslinga, tack.",
    "Jag behöver sitta nära dörren.",
    "Jag kommer med ledsagare.",
    "Dämpat ljus om det går.",
)


def invent_answers(questions: Sequence[Question], chance: random.Random) -> dict[int, Any]:
    """Question id → answer of one person. Not everybody answers everything; other questions than ready-made ones are left."""
    by_code = {question.code: question for question in questions}
    found: dict[str, Any] = {}
    if "diet" in by_code and chance.random() < 0.3:  # noqa: PLR2004
        *usual, other = by_code["diet"].choices
        found["diet"] = [other] if chance.random() < 0.2 else [chance.choice(usual)]  # noqa: PLR2004
        if found["diet"] == [other]:
            found["diet-text"] = chance.choice(_KITCHEN)
    if chance.random() < 0.04:  # noqa: PLR2004
        found["accessibility"] = chance.choice(_NEEDS)
    if chance.random() < 0.7:  # noqa: PLR2004
        # 070-174 06 05 to 070-174 06 99 belong to nobody: Post- och telestyrelsen keeps them for fiction.
        found["phone"] = f"070-174 06 {chance.randrange(5, 100):02d}"
    if "travel" in by_code and chance.random() < 0.6:  # noqa: PLR2004
        found["travel"] = [chance.choice(by_code["travel"].choices)]
    found[ATTENDEE_LIST] = chance.random() < 0.8  # noqa: PLR2004
    found[PHOTO] = chance.random() < 0.85  # noqa: PLR2004
    return {by_code[code].id: answer for code, answer in found.items() if code in by_code}
