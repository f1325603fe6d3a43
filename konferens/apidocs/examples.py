"""An answer as it could be, made of its schema: what developers look at first."""

from collections.abc import Mapping
from typing import Any

REFERENCE = "#/components/schemas/"

_SAMPLES: dict[str, Any] = {
    "Addon.code": "middag",
    "Addon.description": "Tre rätter av gårdens egna råvaror.",
    "Addon.location": "Matsalen",
    "Addon.name": "Konferensmiddag",
    "CheckinList.name": "Entrén",
    "Device.name": "Annas telefon",
    "DoorList.name": "Entrén",
    "Event.name": "Lokalekonomidagarna 2027",
    "EventDetail.name": "Lokalekonomidagarna 2027",
    "EventDetail.release": "2",
    "ListTicket.type": "Medlem",
    "Order.message": "",
    "Problem.message": "There is no such type of ticket.",
    "Problem.status": 422,
    "Problem.title": "Unprocessable Entity",
    "Problem.type": "https://konferens.example.org/api/docs/problems/invalid",
    "Room.code": "stora-salen",
    "Room.name": "Stora salen",
    "ScanAnswer.type": "Medlem",
    "Session.code": "K4W7MX",
    "Session.status": "confirmed",
    "SessionFile.name": "Bilder.pdf",
    "SessionFile.type": "application/pdf",
    "SessionFile.url": "https://konferens.example.org/lokalekonomidagarna/2027/sessions/K4W7MX/files/7/Bilder.pdf",
    "size": 1_843_200,
    "Session.title": "Byn som köpte sin mack",
    "Speaker.title": "Verksamhetsledare",
    "Speaker.code": "ANNA27",
    "TicketType.code": "medlem",
    "TicketType.description": "För medlemmar i nätverket.",
    "TicketType.name": "Medlem",
    "Track.code": "energi",
    "Track.name": "Energi",
    "abstract": "Hur **fyrtio hushåll** gick ihop om en mack.",
    "access": "Rullstol",
    "address": "Storgatan 1, 590 42 Horn",
    "admitted": 212,
    "amount": 125_000,
    "available": 38,
    "badge": None,
    "biography": "Anna driver byns servicepunkt.",
    "cancelled_at": None,
    "capacity": 200,
    "code": "ABC234",
    "conflict": False,
    "colour": "#0b5a75",
    "count": 212,
    "currency": "SEK",
    "cursor": "1842",
    "detail": "Some values cannot be accepted.",
    "device": "Entrance 1",
    "diet": "Vegan",
    "digital": False,
    "discount_code": "LEADER27",
    "due_on": "2027-04-11",
    "edition": "2027",
    "ends_at": "2027-05-11T10:30:00+02:00",
    "Event.ends_at": "2027-05-12T16:00:00+02:00",
    "EventDetail.ends_at": "2027-05-12T16:00:00+02:00",
    "email": "anna@example.org",
    "event": "lokalekonomidagarna/2027",
    "event_name": "Lokalekonomidagarna 2027",
    "expected": 340,
    "field": "tickets.0.type",
    "held": 1,
    "language": "sv",
    "left": 38,
    "max_per_order": 10,
    "min_per_order": 1,
    "name": "Anna Öberg",
    "next": None,
    "nonce": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77",
    "note": None,
    "order": "ABC234",
    "organisation": "Horns byalag",
    "orgnr": "556012-5790",
    "owes": 0,
    "payment_reference": "1004243",
    "peppol": "0007:5560125790",
    "placed_at": "2027-03-12T08:15:00+01:00",
    "paid_at": None,
    "price": 125_000,
    "price_until": "2027-03-01T00:00:00+01:00",
    "reason": None,
    "reference": "Inköp 7",
    "room": "Stora salen",
    "secret": "MZXW6YTBOI2GK3TFNZSXI4TB",
    "series": "lokalekonomidagarna",
    "source": "api",
    "subtitle": "",
    "svg": "<svg …>",
    "swish": "",
    "ticket_types": "medlem",
    "time_zone": "Europe/Stockholm",
    "title": "Byn som köpte sin mack",
    "token": "GEZDGNBVGY3TQOJQGEZDGNBV",
    "track": "Energi",
    "type": "medlem",
    "unpaid": False,
    "valid_on": None,
    "vat_rate": 25,
    "venue": "Folkets hus, Horn",
}
"""Values of fields, by 'Schema.field' or 'field'."""

_FORMATS = {
    "date": "2027-05-11",
    "date-time": "2027-05-11T09:00:00+02:00",
    "uri": "https://konferens.example.org/lokalekonomidagarna/2027/",
    "uri-reference": "https://konferens.example.org/api/docs/problems/invalid",
    "uuid": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77",
}


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any], *, owner: str = "", name: str = "") -> Any:
    """A value that fits `schema` of a document whose schemas are `components`: every field is there, and arrays have one item.

    `owner` is the named schema that it is in, `name` its field.
    """
    if "$ref" in schema:
        owner = schema["$ref"].removeprefix(REFERENCE)
        return example_of(components[owner], components, owner=owner, name=name)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components, owner=owner, name=name)
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        fields = schema.get("properties", {})
        return {each: example_of(field, components, owner=owner, name=each) for each, field in fields.items()}
    if kind == "array":
        return [example_of(schema["items"], components, owner=owner, name=name)]
    return _plain_example(schema, kinds, f"{owner}.{name}", name)


def _plain_example(schema: Mapping[str, Any], kinds: str | list[str], *names: str) -> Any:
    """For a string, number, flag or null: the sample of the first of `names` that has one which fits."""
    kind = kinds if isinstance(kinds, str) else kinds[0]
    for name in names:
        if name in _SAMPLES and _fits(_SAMPLES[name], kinds, schema):
            return _SAMPLES[name]
    if "enum" in schema:
        return schema["enum"][0]
    return _FORMATS.get(schema.get("format", "")) or {"integer": 1, "boolean": True, "null": None}.get(kind, "…")


def _fits(value: Any, kinds: Any, schema: Mapping[str, Any]) -> bool:
    """Whether the sample is of one of the schema's types; choices are the schema's own."""
    names = {bool: "boolean", str: "string", int: "integer", type(None): "null"}
    is_choice = "enum" not in schema or value in schema["enum"]
    return is_choice and names[type(value)] in ([kinds] if isinstance(kinds, str) else kinds)
