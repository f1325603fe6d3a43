"""What machines read on an edition's pages: schema.org's vocabulary as JSON-LD. Pure: dicts that the page writes out.

Every function leaves out what the edition doesn't tell, so nothing is ever empty or null.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel.core import get_global

from konferens.events.model import Edition

Node = dict[str, Any]


def graph(*nodes: Node | None) -> Node:
    """What one page tells: its nodes, those that are None left out."""
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def filled(node: Node) -> Node:
    """`node` without the properties that have no value; 0 and False are values."""
    return {name: value for name, value in node.items() if value is not None and value not in ("", [], {})}


def term(name: str) -> str:
    """A member of one of schema.org's enumerations: 'EventScheduled'."""
    return f"https://schema.org/{name}"


def local_time(moment: datetime, edition: Edition) -> str:
    """ISO 8601 with the offset that clocks have at the conference then."""
    return moment.astimezone(edition.zone).isoformat(timespec="seconds")


def breadcrumbs(edition: Edition, base_url: str, *steps: tuple[str, str]) -> Node:
    """BreadcrumbList: series, edition, then `steps` as (name, path below the edition's: 'programme')."""
    trail = [(edition.series.name, edition.series.path), (edition.name, edition.path)]
    trail += [(name, f"{edition.path}{path}") for name, path in steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": f"{base_url}{path}"}
            for number, (name, path) in enumerate(trail, start=1)
        ],
    }


def place(edition: Edition, part: str = "") -> Node | None:
    """Place: the venue, or `part` of it (a room's name); None where neither is known.

    The country is that of the time zone (CLDR): a conference is where its clocks are.
    """
    if not edition.venue and not part:
        return None
    address = filled(
        {
            "@type": "PostalAddress",
            "streetAddress": edition.venue_address,
            "addressLocality": edition.venue_city,
            "addressCountry": _country(edition.time_zone),
        }
    )
    geo = None
    if edition.latitude is not None and edition.longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": edition.latitude, "longitude": edition.longitude}
    name = edition.venue_name or edition.venue_address or edition.venue_city
    return filled(
        {
            "@type": "Place",
            "name": ", ".join(word for word in (part, name) if word),
            "address": address,
            "geo": geo,
        }
    )


def _country(time_zone: str) -> str | None:
    """'Europe/Stockholm' → 'SE'; None for zones of no country, such as UTC."""
    territory: str | None = get_global("zone_territories").get(time_zone)
    return territory if territory and territory.isalpha() and territory != "ZZ" else None


def organiser(edition: Edition) -> Node | None:
    """Organization: who holds the series; None where nobody is named."""
    if not edition.series.organisation:
        return None
    return filled({"@type": "Organization", "name": edition.series.organisation, "url": edition.series.website})


def attendance(locations: Sequence[Node]) -> Node:
    """`location` and `eventAttendanceMode` of an event that is at all of `locations`: Places, VirtualLocations."""
    if not locations:
        return {}
    online = {location["@type"] == "VirtualLocation" for location in locations}
    mode = "Mixed" if len(online) > 1 else "Online" if online == {True} else "Offline"
    return {
        "eventAttendanceMode": term(f"{mode}EventAttendanceMode"),
        "location": locations[0] if len(locations) == 1 else list(locations),
    }


def virtual_location(url: str) -> Node:
    """VirtualLocation: where one takes part from afar."""
    return {"@type": "VirtualLocation", "url": url}
