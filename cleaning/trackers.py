"""Query parameters that name the way to a page and not the page: one list for the crawl and for the ids."""

from __future__ import annotations

# Sources: the link decorations that Google Analytics, Google Ads, Meta, Microsoft, Yandex, Mailchimp and
# HubSpot document. Ids leave these out and no others, ever: one more would give old documents new ids.
_DECORATIONS = {
    *("fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid"),
    *("mc_cid", "mc_eid", "_hsenc", "_hsmi"),
}
_CAMPAIGN = "utm_"
# What else no page depends on: of X and Google Analytics, and the sessions of servers.
_MORE = {"twclid", "_ga", "_gl", "phpsessid", "jsessionid", "aspsessionid"}


def in_no_id(name: str) -> bool:
    """Whether the id of a document leaves a query parameter out."""
    return name in _DECORATIONS or name.startswith(_CAMPAIGN)


def follows_the_reader(name: str) -> bool:
    """Whether a crawl asks for a page without this query parameter."""
    name = name.lower()
    return in_no_id(name) or name in _MORE
