"""What typesetters do, in processes of their own: Typst, and PDFs joined.

Fonts: Noto Sans for nearly every living script comes as packages, for Chinese, Japanese and Korean too. What else there is, is
set in the machine's own fonts where it has one (Debian: fonts-noto-core), else as empty boxes.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from konferens.qr import qr_svg

TEMPLATES = Path(__file__).parents[2] / "templates" / "pdf"


def pdf(template: str, data: dict[str, Any], *, standard: Literal["ua-1"] | None = None, tags: bool = True) -> bytes:
    """As `typesetting.typeset`."""
    made: bytes = _compiled(template, data, pdf_standards=standard, pdf_tags=tags)
    return made


def picture(template: str, data: dict[str, Any], *, dots_per_inch: float) -> bytes:
    """As `typesetting.picture`."""
    made = _compiled(template, data, format="png", ppi=dots_per_inch)
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def joined(parts: list[bytes], *, title: str, language: str) -> bytes:
    """As `typesetting.joined`."""
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    writer = PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part))
    writer.add_metadata({"/Title": title})
    writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _compiled(template: str, data: dict[str, Any], **how: Any) -> Any:
    import typst

    return typst.compile(TEMPLATES / template, root=TEMPLATES, font_paths=fonts(), sys_inputs=_inputs(data), **how)


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    """What the template finds in `sys.inputs`: the data as JSON, each page with its code."""
    pages = [{**page, "qr": qr_svg(page["qr_text"])} for page in data["pages"]]
    return {"data": json.dumps({**data, "pages": pages})}


@cache
def fonts() -> Any:
    """Every font, once a process: looking for the machine's own takes a tenth of a second."""
    import fontpkg_noto_sans
    import fontpkg_noto_sans_arabic
    import manimgx_fonts
    import manimgx_fonts_cjk
    import typst

    narrow = [package.ROOT / "files" for package in (fontpkg_noto_sans, fontpkg_noto_sans_arabic)]
    others = [Path(package.__file__).parent for package in (manimgx_fonts, manimgx_fonts_cjk)]
    ours = [str(folder) for folder in (*narrow, *others)]  # of fonts of the same name the first is taken
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=ours)
