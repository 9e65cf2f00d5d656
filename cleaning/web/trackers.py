"""Query parameters that name the way to a page and not the page: one list for the crawl and for the ids."""

from __future__ import annotations

import re

# Sources: the link decorations that Google Analytics, Google Ads, Meta, Microsoft, Yandex, Mailchimp and
# HubSpot document. Ids leave these out and no others, ever: one more would give old documents new ids.
_DECORATIONS = {
    *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid"),
    *("mc_cid", "mc_eid", "_hsenc", "_hsmi"),
}
_CAMPAIGN = "utm_"
# What else no page depends on: of X and Google Analytics, and the sessions of servers.
_MORE = {"twclid", "_ga", "_gl", "phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken"}
# Of phpBB, vBulletin, osCommerce, Zen Cart, xt:Commerce and others, where the value is that of a session: an MD5 sum,
# or 26 and more letters and digits as PHP makes them (after Heritrix's StripSessionIDs).
_SESSION_NAMES = "sid s oscsid zenid xtcsid session session_id sessionid sessid"
_SESSIONS = frozenset(_SESSION_NAMES.split())
_SESSION = re.compile(r"[0-9a-f]{32}|(?=[a-z]*[0-9])[0-9a-z]{26,40}", re.IGNORECASE)


def in_no_id(name: str) -> bool:
    """Whether the id of a document leaves a query parameter out."""
    return name in _DECORATIONS or name.startswith(_CAMPAIGN)


def follows_the_reader(name: str) -> bool:
    """Whether a crawl asks for a page without this query parameter."""
    name = name.lower()
    return in_no_id(name) or name in _MORE


def is_session(name: str, value: str) -> bool:
    """Whether a query parameter is the session of a visitor without cookies, who is given another for each page."""
    return name.lower() in _SESSIONS and _SESSION.fullmatch(value) is not None
