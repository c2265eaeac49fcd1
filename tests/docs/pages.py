"""The pages that people read, and the code blocks in them."""

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>```+)(?P<language>[a-z]*)\s*$")
_COMMENT = re.compile(r"^<!-- (?P<key>not run|file|status|thresholds)(?:: (?P<value>.*?))? -->$")
RUN = ("sh", "console", "toml", "python", "cpp")


@dataclass
class Block:
    page: Path
    line: int  # of the opening fence
    language: str
    text: str
    marks: dict[str, str]  # of the comments just above

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages(root: Path) -> list[Path]:
    """Those whose blocks are run: README and docs."""
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").glob("*.md"))]


def linked_pages(root: Path) -> list[Path]:
    """Those whose links are checked."""
    return [*pages(root), root / "CHANGELOG.md", *sorted((root / "proofs").glob("*.md")), root / "data" / "README.md",
            root / "bench" / "README.md", root / "tests" / "campaign" / "README.md"]


def blocks_of(page: Path) -> list[Block]:
    """Every fenced block. Raises ValueError for a fence that is not closed."""
    found = []
    marks: dict[str, str] = {}
    lines = page.read_text().split("\n")
    i = 0
    while i < len(lines):
        fence = _FENCE.match(lines[i])
        comment = _COMMENT.match(lines[i].strip())
        if fence:
            end = i + 1
            while end < len(lines) and lines[end].strip() != fence["ticks"]:
                end += 1
            if end == len(lines):
                raise ValueError(f"{page}:{i + 1}: this block is not closed")
            indent = len(fence["indent"])
            text = "\n".join(line[indent:] for line in lines[i + 1:end]) + "\n"
            found.append(Block(page, i + 1, fence["language"], text, marks))
            marks = {}
            i = end
        elif comment:
            marks[comment["key"]] = comment["value"] or ""
        elif lines[i].strip():
            marks = {}
        i += 1
    return found
