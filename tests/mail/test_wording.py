"""Whatever people write in a text, and whatever its values are: nothing of our own marks is left, nothing becomes markup."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from konferens.events.model import Edition, Series
from konferens.mail import wording
from konferens.mail.messages import render_draft
from konferens.mail.model import MailText
from konferens.mail.samples import sample_draft
from konferens.mail.wording import problems, read_wording

PLACEHOLDERS = ("{namn}", "{länk}", "{rader}", "{knapp:Hit}", "{knapp}", "{betalning}", "{okänd}", "{", "}", "{{namn}}")
MARKDOWN = ("`", "```\n", "**", "_", "# ", "- ", "1. ", "> ", "    ", "[", "](", ")", "\\", "!", "~~", "---\n", "|")
OTHERS = (
    "<",
    ">",
    "<a href='",
    '"',
    "&amp;",
    "javascript:",
    "https://x.example/",
    "å",
    "a",
    " ",
    "\n",
    "\n\n",
    "\u2028",
)
PIECES = st.sampled_from((*PLACEHOLDERS, *MARKDOWN, *OTHERS))
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def make_edition() -> Edition:
    moment = datetime(2026, 10, 1, tzinfo=UTC)
    values: dict[str, object] = dict.fromkeys(Edition.__dataclass_fields__, "")
    values |= {
        "id": 1,
        "series": Series(1, "dagarna", "Dagarna", "", "", ""),
        "slug": "2027",
        "name": "Dagarna 2027",
        "practical": "## Resa\n\nTåg.",
        "starts_on": date(2027, 5, 11),
        "ends_on": date(2027, 5, 12),
        "time_zone": "Europe/Stockholm",
        "created_at": moment,
        "updated_at": moment,
    }
    return Edition(**values)  # type: ignore[arg-type]


EDITION = make_edition()
KIND = "order_confirmation"
BASE_URL = "https://konferens.example.org"


@given(subject=TEXTS, body=TEXTS, name=TEXTS)
@settings(deadline=None, max_examples=300)
def test_any_text_becomes_a_message(subject: str, body: str, name: str) -> None:
    draft = sample_draft(KIND, EDITION, language="sv", base_url=BASE_URL, to_name=name)
    rendered = render_draft(draft, {(KIND, "sv"): MailText(subject, body)})
    for part in (rendered.subject, rendered.text, rendered.html):
        assert wording._MARK not in part
    assert "\n" not in rendered.subject
    written = rendered.html.partition('class="main"')[2].partition('class="foot"')[0]
    assert "javascript:" not in "".join(part.partition('"')[0] for part in written.split('href="')[1:])


@given(subject=TEXTS, body=TEXTS)
@settings(deadline=None, max_examples=300)
def test_what_is_not_named_as_wrong_is_filled_in(subject: str, body: str) -> None:
    if problems(KIND, subject, body):
        return
    draft = sample_draft(KIND, EDITION, language="sv", base_url=BASE_URL)
    rendered = render_draft(draft, {(KIND, "sv"): MailText(subject, body)})
    assert not {"{namn}", "{länk}"} & set(rendered.text.split())
    assert "{" not in rendered.subject


def test_a_text_is_read_once() -> None:
    text = MailText("{namn}", "Hej {namn}, läs detta en gång.")
    assert read_wording(KIND, text) is read_wording(KIND, MailText(text.subject, text.body))
