"""The report of a store: a small static site that needs nothing else, in every language of `words`.

`facts` of each dataset are gathered once; `pages` renders them; `site` decides which pages are stale.
"""

from flows.report.site import report_path as report_path
from flows.report.site import write_report as write_report
from flows.report.site import write_site as write_site
