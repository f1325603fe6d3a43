"""What is known of speakers, told to themselves alone."""

from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.speakers import erase_speaker
from konferens.programme.files import NewFile, files_of, store_file
from tests.browser import Browser
from tests.factories import ACTOR, make_session, make_speaker
from tests.speaking.factories import invited


async def test_another_s_address_shows_nothing_of_what_they_were_written(
    db: Database, edition: Edition, client: TestClient
) -> None:
    asa = await make_speaker(db, edition, "Åsa Öberg", email="asa@example.org")
    bo = await make_speaker(db, edition, "Bo Lind", email="bo@example.org")
    her_page, his_page = await invited(db, edition, asa, bo)
    own = Browser(client)
    assert [each["kind"] for each in client.get(f"{his_page}data.json").json()["mails"]] == ["speaker_invitation"]
    form = own.form(his_page, action=his_page) | {"email": "asa@example.org"}
    assert own.post(his_page, form).headers["location"] == f"{his_page}?done=saved"
    told = client.get(f"{his_page}data.json")
    assert (told.json()["speaker"]["email"], told.json()["mails"]) == ("asa@example.org", [])
    assert her_page not in told.text


async def test_the_files_that_they_added_are_told_of_and_go_with_them(
    db: Database, edition: Edition, client: TestClient
) -> None:
    asa = await make_speaker(db, edition, "Åsa Öberg", email="asa@example.org")
    code = await make_session(db, edition, speakers=[(asa, "speaker")])
    [page] = await invited(db, edition, asa)
    slides = NewFile("Bilder.pdf", "application/pdf", b"%PDF-1.7")
    for actor in (f"speaker:{asa}", ACTOR):
        await store_file(db, edition, code, slides, actor=actor)
    [told] = client.get(f"{page}data.json").json()["files"]
    assert (told["session"], told["name"], told["size"]) == (code, "Bilder.pdf", 8)
    await erase_speaker(db, edition, asa, actor=ACTOR)
    assert [each.actor for each in (await files_of(db, [code]))[code]] == [ACTOR]
