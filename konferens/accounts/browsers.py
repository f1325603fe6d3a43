"""Which browser a login is of, in words that its owner knows it by."""

from konferens.i18n import gettext

_BROWSERS = (  # the first that fits: most browsers claim to be those that follow as well
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """'Firefox, Windows' for what the browser calls itself (RFC 9110, section 10.1.5); in the current language where nothing of it
    is known.
    """
    known = [next((name for sign, name in kinds if sign in user_agent), "") for kinds in (_BROWSERS, _MACHINES)]
    return ", ".join(filter(None, known)) or gettext("Okänd webbläsare")
