#!/usr/bin/env python3
"""Fails where a page of the built site would load anything from elsewhere: it is to be read offline. Links may lead anywhere.

    Tools/docs/offline.py SITE"""
import sys
from html.parser import HTMLParser
from pathlib import Path


class Loads(HTMLParser):
    """What a browser loads by itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        place = values.get("href") if tag == "link" and values.get("rel") != "canonical" else values.get("src")
        if place and place.split(":")[0] in ("http", "https") or place and place.startswith("//"):
            self.found.append(place)


def main():
    pages = sorted(Path(sys.argv[1]).rglob("*.html"))
    faults = []
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text())
        faults += ["%s loads %s" % (page, place) for place in loads.found]
    for sheet in Path(sys.argv[1]).rglob("*.css"):
        if "url(http" in sheet.read_text().replace('"', ""):
            faults.append("%s loads from elsewhere" % sheet)
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    print("%d pages, %d loads from elsewhere" % (len(pages), len(faults)))
    sys.exit(1 if faults or not pages else 0)


if __name__ == "__main__":
    main()
