"""A person at the page of the server, in a real browser: starts, watches, cancels, goes on, reads."""

from __future__ import annotations
