"""Slides and papers of sessions: who may fetch them, what they may be, and how a browser is told to handle them."""

import io
import zipfile
from dataclasses import replace

import pytest
from PIL import ExifTags, Image
from sqlalchemy import update

from konferens.database import Database
from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.programme import files as session_files
from konferens.programme.actions import delete_session
from konferens.programme.drafts import save_draft
from konferens.programme.editing import values_of
from konferens.programme.files import MAX_BYTES, NewFile, files_of, files_of_edition, read_file, store_file
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.queries import find_session
from konferens.tables import editions
from tests.browser import Browser
from tests.factories import ACTOR, make_session, wall

PDF = b"%PDF-1.7 slides"
OFFICE = "/organiser/lokalekonomidagarna/2027/sessions"
PUBLIC = "/lokalekonomidagarna/2027/sessions"


def archive(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, kind)
    return out.getvalue()


POWERPOINT = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}
ODP = "application/vnd.oasis.opendocument.presentation"


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("Bilder.pdf", PDF, "Bilder.pdf"),
        ("bilder.exe", PDF, "bilder.exe.pdf"),
        ("Karta.JPEG", picture("JPEG"), "Karta.jpg"),
        ("dragning.odp", archive(mimetype=ODP, content="<o/>"), "dragning.odp"),
        ("dragning.pptx", archive(**POWERPOINT), "dragning.pptx"),
        ("dragning.key", archive(**{"Index/Document.iwa": "x"}), "dragning.key"),
        ("../../Länkar.txt", "Läs mer på nätet".encode(), "Länkar.txt"),
        ("tal.csv", b"a;b\n1;2", "tal.csv"),
    ],
)
def test_what_is_kept_is_told_by_its_contents(name: str, data: bytes, kept: str) -> None:
    assert read_file(name, data).name == kept


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b""),
        ("a.html", b"<!doctype html><script>alert(1)</script>"),
        ("a.txt", b"  <script>alert(1)</script>"),
        ("a.txt", b"\xef\xbb\xbf<svg onload='alert(1)'/>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.txt", b"#!/bin/sh"),
        ("a.txt", b"MZ\x00\x90"),
        ("a.txt", b"\xff\xfe"),
        ("a.exe", b"MZ plain letters"),
        ("a.pptm", archive(**POWERPOINT, **{"ppt/vbaProject.bin": "macros"})),
        ("a.zip", archive(**{"a.exe": "MZ"})),
        ("a.jar", archive(**{"META-INF/MANIFEST.MF": "x", "A.class": "x"})),
        ("a.pdf", PDF + b"x" * MAX_BYTES),
    ],
)
def test_what_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InvalidError):
        read_file(name, data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_upright_and_without_what_the_camera_wrote(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera was held on its side
    exif[ExifTags.Base.Make] = "Kameran"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (63.0, 10.0, 45.0)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, kind, exif=exif, xmp=b"<x:xmpmeta>Kameran</x:xmpmeta>")
    kept = read_file(f"bild.{kind}", out.getvalue()).data
    assert (b"Kameran" in out.getvalue(), b"Kameran" in kept) == (True, False)
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == (kind, (20, 30), {})


async def test_a_file_is_sent_shown_fetched_and_taken_away(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    page = f"{OFFICE}/{code}/files"
    assert office.post(page, {}, files={"file": ("x.html", b"<html>", "application/pdf")}).status_code == 422
    sent = office.post(page, {}, files={"file": ("Bilder å.pdf", PDF, "text/html")})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{page}?notice=file-added")
    [file] = (await files_of(db, [code]))[code]
    assert (file.name, file.media_type, file.size, file.actor) == ("Bilder å.pdf", "application/pdf", 15, ACTOR)

    address = f"{PUBLIC}/{code}/files/{file.id}/Bilder%20%C3%A5.pdf"
    shown = office.get(address)
    assert shown.content == PDF
    assert {
        name: shown.headers[name] for name in ("content-type", "content-disposition", "x-content-type-options")
    } == {
        "content-type": "application/pdf",
        "content-disposition": "inline; filename*=UTF-8''Bilder%20%C3%A5.pdf",
        "x-content-type-options": "nosniff",
    }
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["cache-control"] == "public, max-age=86400"
    assert office.get(address, **{"if-none-match": shown.headers["etag"]}).status_code == 304
    assert office.get(f"{PUBLIC}/{code}/files/{file.id}/annat.pdf").headers["location"] == address
    assert office.get(f"{PUBLIC}/{code}/files/{file.id + 1}/annat.pdf").status_code == 404
    other = await make_session(db, edition, "En annan", wall_starts=wall(11, 10))
    assert office.get(f"{PUBLIC}/{other}/files/{file.id}/Bilder%20%C3%A5.pdf").status_code == 404

    assert office.post(f"{page}/{file.id}/delete", {}, page=page).status_code == 303
    assert await files_of(db, [code]) == {}
    assert office.get(address).status_code == 404


async def test_texts_and_documents_are_never_shown_as_pages_of_this_site(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    await store_file(db, edition, code, read_file("a.md", b"# Hej"), actor=ACTOR)
    [file] = (await files_of_edition(db, edition.id))[code]
    response = office.get(f"{edition.path}{file.path_part}")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''a.md"


async def test_files_are_as_public_as_their_session(db: Database, edition: Edition, office: Browser) -> None:
    public = await make_session(db, edition, wall_starts=wall(11, 9))
    await db.execute(update(editions).values(release="1.0"))
    values = values_of(await find_session(db, edition.id, public), edition.zone)
    code = await save_draft(db, replace(edition, release="1.0"), None, values, actor=ACTOR)
    await store_file(db, edition, code, read_file("a.pdf", PDF), actor=ACTOR)
    [file] = (await files_of(db, [code]))[code]
    assert office.get(f"{edition.path}{file.path_part}").status_code == 404
    assert office.get(f"/organiser{edition.path}{file.path_part}").content == PDF

    await store_file(db, edition, public, read_file("a.pdf", PDF), actor=ACTOR)
    [file] = (await files_of(db, [public]))[public]
    assert office.get(f"{edition.path}{file.path_part}").status_code == 200
    told = office.get(f"/api/v1/events/{edition.ref}/sessions").json()["items"]
    assert [(each["code"], each["files"]) for each in told] == [
        (
            public,
            [
                {
                    "name": "a.pdf",
                    "type": "application/pdf",
                    "size": len(PDF),
                    "url": f"http://testserver{edition.path}sessions/{public}/files/{file.id}/a.pdf",
                }
            ],
        )
    ]
    await delete_session(db, edition, public, actor=ACTOR)
    assert office.get(f"{edition.path}{file.path_part}").status_code == 404


async def test_a_session_has_a_bounded_number_of_bytes_and_files(
    db: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = await make_session(db, edition)
    monkeypatch.setattr(session_files, "MAX_SESSION_BYTES", 25)
    await store_file(db, edition, code, NewFile("a.pdf", "application/pdf", PDF), actor=ACTOR)
    with pytest.raises(InvalidError):
        await store_file(db, edition, code, NewFile("b.pdf", "application/pdf", PDF), actor=ACTOR)
    assert [file.name for file in (await files_of(db, [code]))[code]] == ["a.pdf"]


async def test_exports_tell_files_as_attachments_and_imports_leave_them_where_they_are(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    await store_file(db, edition, code, read_file("Bilder å.pdf", PDF), actor=ACTOR)
    [file] = (await files_of(db, [code]))[code]
    exported = office.get(f"{edition.path}schedule.json")
    [room] = exported.json()["schedule"]["conference"]["days"][0]["rooms"].values()
    assert room[0]["attachments"] == [
        {
            "url": f"http://testserver{edition.path}sessions/{code}/files/{file.id}/Bilder%20%C3%A5.pdf",
            "title": file.name,
        }
    ]
    assert b'type="application/pdf">Bilder' in office.get(f"{edition.path}schedule.xml").content
    await import_schedule(db, edition, load_schedule_file(exported.content), actor=ACTOR)
    assert (await find_session(db, edition.id, code)).links == ()
