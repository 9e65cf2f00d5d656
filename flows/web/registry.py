"""The pages of the local server, in the order in which its first page names them: a new page is one line here."""

from __future__ import annotations

from flows.web import judge, reports, trace
from flows.web.page import Page

PAGES: tuple[Page, ...] = (reports.PAGE, trace.PAGE, judge.PAGE)
