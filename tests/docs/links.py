"""Checks the links of README, docs, proofs and the other pages: relative paths and anchors.

Usage: links.py ROOT. Exit status 1 with one line for each link that leads nowhere. Links to other hosts are not followed.
"""

import re
import sys
from pathlib import Path

from pages import linked_pages

_LINK = re.compile(r"(?<!\\)!?\[[^\]\[]*(?:\[[^\]]*\][^\]\[]*)*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6} +(.*?) *#*$")
_FEWEST = 50  # a check that finds fewer links than this has gone wrong


def without_code(text: str) -> str:
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "``", text)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and docs/site.py have it."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", heading.lower().strip()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    found: set[str] = set()
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            name = slug(heading[1])
            number = 1
            while name in found:
                name = f"{slug(heading[1])}-{number}"
                number += 1
            found.add(name)
    return found


def main() -> int:
    root = Path(sys.argv[1]).resolve()
    wrong = []
    count = 0
    for page in linked_pages(root):
        for match in _LINK.finditer(without_code(page.read_text())):
            link = match[1] or match[2]
            if re.match(r"[a-z]+:", link):
                continue
            count += 1
            path, _, anchor = link.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or root not in [there, *there.parents]:
                wrong.append(f"{page.relative_to(root)}: {link} is not there")
            elif anchor and (there.suffix != ".md" or anchor not in anchors(there)):
                wrong.append(f"{page.relative_to(root)}: {there.relative_to(root)} has no heading for #{anchor}")
    if count < _FEWEST:
        wrong.append(f"found {count} links; expected more than {_FEWEST}")
    print("\n".join(wrong) if wrong else f"{count} links lead somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
