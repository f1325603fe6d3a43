"""Which reader the check-in app looks through: the browser's own where it works, ours where it doesn't."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from konferens.badges.model import Badge
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf
from tests.journeys.camera import badge_pictures, write_video
from tests.journeys.conftest import BrowserPage
from tests.journeys.server import Server
from tests.journeys.test_checkin import PHONE, new_ticket

DETECTOR = """
globalThis.detector = { text: null, fails: false, looks: 0 };
globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["ean_13", "qr_code"]; }
  async detect() {
    detector.looks += 1;
    if (detector.fails) throw new DOMException("service unavailable", "NotSupportedError");
    return detector.text ? [{ rawValue: detector.text }] : [];
  }
};
"""
OURS = """() => performance.getEntriesByType("resource").some((each) => each.name.includes("checkin-reader"))"""


def test_the_browsers_own_reader_is_used_until_it_fails(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None], tmp_path: Path
) -> None:
    """Chromium on Linux has no BarcodeDetector: this page is given one that says what the test wants it to, and only the
    choice between it and ours is tested; ours reads a real badge from the camera's picture.
    """
    held, told = new_ticket(server, "Hedda Hålls"), new_ticket(server, "Tore Told")
    badge = Badge("Hedda Hålls", "", "Medlem", "#4a6741", f"{server.base_url}/t/{held}", "Lokalekonomidagarna 2027")
    [picture] = badge_pictures(badges_pdf([badge], Paper.A6))
    page = browser_page(*PHONE, camera=write_video(tmp_path / "badge.y4m", [(picture, 1.0)]))
    page.add_init_script(DETECTOR)
    sign_in(page, "/checkin/")
    page.evaluate("text => (detector.text = text)", f"{server.base_url}/t/{told}")
    page.click("text=Entré tisdag")
    name = page.locator(".scan-name")
    expect(name).to_have_text("Tore Told")
    assert page.evaluate(OURS) is False

    page.evaluate("detector.text = null")  # it sees nothing, though a badge is held before the camera
    expect(name).to_have_text("Hedda Hålls")
    assert page.evaluate(OURS) is True

    page.reload()
    page.evaluate("detector.fails = true")
    expect(page.locator(".scan-word")).to_have_text("Redan incheckad")
    expect(name).to_have_text("Hedda Hålls")
    looks = page.evaluate("detector.looks")
    page.click("text=Nästa")
    expect(page.locator(".scan-word")).to_be_hidden()
    assert (looks >= 3, page.evaluate("detector.looks")) == (True, looks)


def test_our_reader_is_there_without_network_before_it_was_ever_needed(
    server: Server, browser_page: BrowserPage, sign_in: Callable[[Page, str], None], tmp_path: Path
) -> None:
    """As above, Chromium's detector is the test's: it works while there is a network, and fails when there is none."""
    token = new_ticket(server, "Nora Nätlös")
    badge = Badge("Nora Nätlös", "", "Medlem", "#4a6741", f"{server.base_url}/t/{token}", "Lokalekonomidagarna 2027")
    [picture] = badge_pictures(badges_pdf([badge], Paper.A6))
    page = browser_page(*PHONE, camera=write_video(tmp_path / "badge.y4m", [(picture, 1.0)]))
    page.add_init_script(DETECTOR)
    sign_in(page, "/checkin/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("async () => Boolean(await caches.match('/checkin/'))")
    page.click("text=Entré tisdag")
    expect(page.locator("[data-part=hint]")).to_have_text("Håll koden framför kameran")
    page.context.set_offline(True)
    page.reload()
    page.evaluate("detector.fails = true")
    expect(page.locator(".scan-name")).to_have_text("Nora Nätlös")
