"""The API's page in a browser: on a phone and a desktop, with every part unfolded."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import BrowserPage

FOLDED = "details:not([open]) > summary"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(browser_page: BrowserPage, axe: Callable[[Page], None], width: int) -> None:
    page = browser_page(width, 800)
    page.goto("/api/docs")
    page.get_by_role("link", name="Gör en bokning").click()
    assert page.url.endswith("#post_order")
    assert page.locator("#post_order pre").first.inner_text().startswith("curl \\\n  --header")
    page.locator(FOLDED).click()
    assert page.locator("#post_claim").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    axe(page)
