"""Typst: a template of templates/pdf/ and data make a PDF, in this process or in one of its own.

Large documents get their own process (`python -m konferens.typesetting`): Typst keeps what it has computed, some
250 MB after 1,000 badges, and only the end of a process gives that back. Small ones are faster here (0.02 s against
0.3 s), where Typst lets other threads run.

Fonts: Noto Sans (Latin, Greek, Cyrillic, Vietnamese, Devanagari) and Noto Sans Arabic come as packages. Other scripts are
set in the machine's own fonts where it has one (Debian: fonts-noto-core, fonts-noto-cjk), else as empty boxes.
"""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal

from konferens.qr import qr_svg

TEMPLATES = Path(__file__).parents[1] / "templates" / "pdf"
BAD_VALUE = 2
"""The other process's exit status for a ValueError, whose text is on stderr."""

_WORTH_A_POOL = 200  # codes; fewer take less time than starting processes

MAX_TEXT = 160
"""Characters of one line of data that are printed; more is cut with an ellipsis."""

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
"""Format characters that some scripts need to spell a name (Persian, Hindi)."""

_PICTOGRAPHS = re.compile("[\u2600-\u27bf\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]")
"""Symbols and dingbats, variation selectors, the blocks of emoji, and the tags of flags."""


def printable(text: str) -> str:
    """`text` as one line that can be typeset: NFC, single spaces, at most `MAX_TEXT` characters.

    Control characters, lone surrogates, private-use characters and direction overrides (U+202E would turn the rest of
    the line around) are removed, and pictographs too, which text fonts don't have: a name without its emoji is better
    than one with an empty box. A text of nothing but pictographs is kept.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    letters = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _UNPRINTABLE)
    words = (word.strip(_JOINERS) for word in _PICTOGRAPHS.sub("", letters).split())
    line = " ".join(word for word in words if word) or letters.strip()
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1].rstrip() + "…"


def typeset(template: str, data: dict[str, Any], *, standard: Literal["ua-1"] | None = None) -> bytes:
    """The PDF of `template`, which finds `data` as JSON in `sys.inputs.data`.

    `data["pages"]` is a list of objects whose `qr_text` is given to the template as `qr`, an SVG document. `standard`
    makes Typst check and declare PDF/UA-1. The same data gives the same bytes. Raises ValueError for a QR text that is
    empty or too long, typst.TypstError when the template fails.
    """
    return _compile(template, data, [qr_svg(page["qr_text"]) for page in data["pages"]], standard)


def typeset_apart(template: str, data: dict[str, Any]) -> bytes:
    """As `typeset`, in a process of its own that uses up to four processors. Raises RuntimeError when that fails."""
    return run_apart(__name__, {"template": template, "data": data})


def run_apart(module: str, job: dict[str, Any]) -> bytes:
    """What `python -m module` writes when it gets `job` as JSON.

    Raises ValueError with the process's words where it ends with BAD_VALUE, else RuntimeError when it fails.
    """
    command = [sys.executable, "-m", module]
    done = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, check=False)  # noqa: S603 - our own module
    if done.returncode == 0:
        return done.stdout
    message = done.stderr.decode(errors="replace").strip()
    if done.returncode == BAD_VALUE:
        raise ValueError(message)
    msg = f"typesetting {job['template']} failed: {message[-2000:]}"
    raise RuntimeError(msg)


def picture(template: str, data: dict[str, Any], *, dots_per_inch: float) -> bytes:
    """The first page of what `typeset` makes, as PNG; with its errors."""
    import typst

    codes = [qr_svg(page["qr_text"]) for page in data["pages"]]
    made = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs=_inputs(data, codes),
        format="png",
        ppi=dots_per_inch,
    )
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def _compile(template: str, data: dict[str, Any], codes: Sequence[str], standard: Literal["ua-1"] | None) -> bytes:
    import typst

    return typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs=_inputs(data, codes),
        pdf_standards=standard,
    )


def _inputs(data: dict[str, Any], codes: Sequence[str]) -> dict[str, str]:
    """What the template finds in `sys.inputs`: the data as JSON, each page with its code."""
    pages = [{**page, "qr": code} for page, code in zip(data["pages"], codes, strict=True)]
    return {"data": json.dumps({**data, "pages": pages})}


@cache
def fonts() -> Any:
    """Every font, once a process: looking for the machine's own takes a tenth of a second."""
    import fontpkg_noto_sans
    import fontpkg_noto_sans_arabic
    import typst

    ours: list[str] = [str(package.ROOT / "files") for package in (fontpkg_noto_sans, fontpkg_noto_sans_arabic)]
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=ours)


def _codes(texts: list[str]) -> list[str]:
    """The QR codes of `texts`, made on several processors when there are many."""
    if len(texts) < _WORTH_A_POOL:
        return [qr_svg(text) for text in texts]
    workers = min(4, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(qr_svg, texts, chunksize=-(-len(texts) // workers)))


def _main() -> int:
    """Reads a job as JSON from stdin and writes the PDF to stdout."""
    job = json.load(sys.stdin.buffer)
    try:
        codes = _codes([page["qr_text"] for page in job["data"]["pages"]])
    except ValueError as error:
        sys.stderr.write(str(error))
        return BAD_VALUE
    sys.stdout.buffer.write(_compile(job["template"], job["data"], codes, None))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
