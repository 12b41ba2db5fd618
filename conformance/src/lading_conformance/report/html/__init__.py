"""The report as one page of HTML: `page.page` writes it. It needs no network and no script.

Whatever stands in a report may have been written by the subject, so every text goes through `markup`.
"""
