"""Writes the pages as HTML: README, CONTRIBUTING, CHANGELOG, docs, proofs and the other pages, with links between them.

Usage: site.py ROOT OUT. Needs Debian's python3-markdown. Formulas of proofs/ stay as TeX between dollars: `scripts/proofs pdf` sets those.
"""

import html
import re
import shutil
import sys
from pathlib import Path

import markdown

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "docs"))
from links import slug  # noqa: E402
from pages import linked_pages  # noqa: E402

STYLE = """
body { font: 16px/1.5 Georgia, serif; max-width: 62em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
h1, h2, h3 { font-weight: 600; line-height: 1.2 } nav { font-size: .9em; border-bottom: 1px solid #bbb; padding-bottom: .5em }
code, pre { font-family: "DejaVu Sans Mono", monospace; font-size: .85em } pre { overflow-x: auto; background: #f4f4f2; padding: .7em }
table { border-collapse: collapse; display: block; overflow-x: auto } td, th { border: 1px solid #ccc; padding: .2em .6em; text-align: left }
img { max-width: 100% } a { color: #1a5c8a }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b } pre { background: #262626 } a { color: #8cc3ea } td, th { border-color: #555 } }
"""
NAV = ("README.md", "docs/tutorial.md", "docs/gallery.md", "docs/instances.md", "docs/networks.md", "docs/commands.md", "docs/ranks.md", "docs/guarantee.md", "docs/python.md",
       "docs/library.md", "docs/architecture.md", "docs/glossary.md", "proofs/README.md")
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} – layercert</title><style>{style}</style></head>
<body><nav>{nav}</nav>
{body}
</body></html>
"""


def place(page: Path) -> Path:
    """Of a page in the site: README.md is index.html, in every folder."""
    return page.with_name("index.html") if page.name == "README.md" else page.with_suffix(".html")


def with_blank_lines(text: str) -> str:
    """Python-Markdown wants a blank line before a list; GitHub does not."""
    lines, out, fenced = text.split("\n"), [], False
    item = re.compile(r"^ *(?:[*-]|\d+\.) ")
    for line in lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if not fenced and item.match(line) and out and out[-1].strip() and not item.match(out[-1]) and not out[-1].startswith(" "):
            out.append("")
        out.append(line)
    return "\n".join(out)


def main() -> int:
    root, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    pages = {page.relative_to(root) for page in linked_pages(root)}
    shutil.rmtree(out, ignore_errors=True)
    for page in sorted(pages):
        reader = markdown.Markdown(extensions=["tables", "fenced_code", "toc", "sane_lists", "md_in_html"],
                                   extension_configs={"toc": {"slugify": lambda text, _: slug(text)}}, tab_length=4)
        text = (root / page).read_text()
        body = reader.convert(with_blank_lines(text))
        up = "../" * (len(page.parts) - 1)

        def there(found: re.Match) -> str:
            link = html.unescape(found[2])
            path, mark, anchor = link.partition("#")
            target = Path(re.sub(r"^(\.\./)+", "", path)) if path.startswith("../") else page.parent / path
            if re.match(r"[a-z]+:", link) or not path:
                return found[0]
            if target in pages:
                path = re.sub(r"[^/]*$", place(target).name, path, count=1)
            elif (root / target).is_file():
                (out / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / target, out / target)
            elif (root / target / "README.md").is_file():
                path = path.rstrip("/") + "/index.html"
            return f'{found[1]}="{html.escape(path + mark + anchor)}"'

        body = re.sub(r'\b(href|src)="([^"]*)"', there, body)
        title = re.search(r"^# (.*)$", text, re.MULTILINE)
        nav = " · ".join(f'<a href="{up}{place(Path(name))}">{"layercert" if name == "README.md" else "proofs" if name.startswith("proofs") else Path(name).stem}</a>'
                         for name in NAV)
        written = out / place(page)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(PAGE.format(title=html.escape(title[1] if title else page.stem), style=STYLE, nav=nav, body=body))
    print(f"{out}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
