"""What machines read on an edition's front page: schema.org's Event with its tickets as Offers, as JSON-LD. Pure."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from konferens.events.linked_data import (
    Node,
    attendance,
    breadcrumbs,
    filled,
    graph,
    local_time,
    place,
    term,
    virtual_location,
)
from konferens.events.model import Edition
from konferens.markdown import markdown_to_text
from konferens.offering.model import TicketType
from konferens.programme.linked_data import conference
from konferens.programme.model import Session


def edition_page(
    edition: Edition, types: Sequence[TicketType], sessions: Sequence[Session], moment: datetime, base_url: str
) -> Node:
    """All that the front page tells at `moment`. `types` are those that everybody may see, on sale or not."""
    address = f"{base_url}{edition.path}"
    active = [kind for kind in types if kind.active]
    here = place(edition) if not active or not all(kind.digital for kind in active) else None
    online = virtual_location(address) if any(kind.digital for kind in active) else None
    event = {
        **conference(edition, sessions, base_url),
        "description": markdown_to_text(edition.description) or edition.tagline,
        "inLanguage": edition.language,
        **attendance([each for each in (here, online) if each]),
        "offers": _offers(edition, types, moment, base_url),
    }
    return graph(filled(event), breadcrumbs(edition, base_url))


def _offers(edition: Edition, types: Sequence[TicketType], moment: datetime, base_url: str) -> list[Node]:
    """Offer for each type whose sale isn't over, one that hasn't begun too: at the price with VAT it has, or begins with."""
    if edition.registration_state(moment) == "closed":
        return []
    return [_offer(edition, kind, moment, base_url) for kind in types if kind.sale_state(moment) != "closed"]


def _offer(edition: Edition, kind: TicketType, moment: datetime, base_url: str) -> Node:
    """It holds until the sale ends, or the early price does."""
    begins = max(filter(None, (edition.registration_opens_at, kind.on_sale_from)), default=None)
    price = kind.price_at(max(moment, begins) if begins else moment)
    price_ends = kind.early_until if price != kind.price else None
    ends = (edition.registration_closes_at, kind.on_sale_until, price_ends, edition.ends_at)
    return filled(
        {
            "@type": "Offer",
            "name": kind.name,
            "url": f"{base_url}{edition.path}register?{urlencode({'type': kind.code})}",
            "price": f"{price // 100}.{price % 100:02d}",
            "priceCurrency": "SEK",
            "availability": term("SoldOut" if kind.is_sold_out else "InStock"),
            "validFrom": local_time(begins, edition) if begins else None,
            "validThrough": local_time(min(filter(None, ends)), edition),
        }
    )
