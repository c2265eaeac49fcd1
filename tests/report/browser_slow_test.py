#!/usr/bin/env python3
"""Opens reports in headless Chromium: no messages on the console, every plot and picture there, nothing wider than the window,
texts large enough and of enough contrast, on a telephone and on a desk, light and dark; and as PDF.

usage: browser_slow_test.py LAYERCERT
Exit status 77, with a message, if Chromium is not installed (scripts/install browser).
"""
import dataclasses
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
WIDTHS = (360, 1440)
SMALLEST_TEXT = 7.5  # CSS pixels, of exponents in ticks
LEAST_CONTRAST = 4.5  # WCAG 2, AA
PROBE = "the console is heard"

INSTANCES = {
    "line": ("dimension = 1", 'expression = "abs(x-1/3)"', 3),
    "plane": ("dimension = 2", 'expression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)"', 3),
}

# Of another network: readouts x0 and x0 + relu(x1 - 1/2).
NETWORK = {"format": "layercert-layers-1", "d": 2,
           "units": [{"activation": "relu", "bias": "-0x1p-1", "weights": [[1, "0x1p+0"]]},
                     {"activation": "identity", "bias": "0x0p+0", "weights": [[0, "0x1p+0"], [2, "0x1p+0"]]}],
           "readouts": [{"name": "first", "source": 0}, {"name": "second", "source": 3}]}

# The page in a window of its width, which browsers do not make as narrow as a telephone's; keeps what the page says.
FRAME = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>frame</title></head><body>
<pre id="facts"></pre><script>addEventListener("message", e => document.getElementById("facts").textContent = e.data);</script>
<iframe src="{page}" width="{width}" height="900" style="border:0"></iframe></body></html>
"""

# Runs within the page, and tells what it finds there.
EXAMINE = """
<script>
addEventListener("load", () => {
  const luminance = rgb => {
    const part = rgb.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
  const background = element => {
    for (; element; element = element.parentElement) {
      const colour = numbers(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const contrast = element => {
    const style = getComputedStyle(element);
    const ink = luminance(numbers(element instanceof SVGElement ? style.fill : style.color).slice(0, 3));
    const paper = luminance(background(element));
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const shown = element => { const box = element.getBoundingClientRect(); return box.width > 20 && box.height > 20; };
  const beyond = (inner, outer) => inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1;
  // Texts of a plot that lie on each other.
  const overlaps = () => {
    let found = [];
    for (const plot of document.querySelectorAll("svg.plot:not(.network-figure)")) {
      const boxes = [...plot.querySelectorAll("text")].map(t => [t.getBoundingClientRect(), t.textContent]);
      boxes.forEach(([a, name], i) => boxes.slice(i + 1).forEach(([b, other]) => {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left), high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 4) found.push(name + " on " + other);
      }));
    }
    return found;
  };
  // How far the column of levels moves when its table is scrolled.
  const frozen = () => {
    const table = document.querySelector(".frozen"), level = table.querySelector("tbody th");
    const before = level.getBoundingClientRect().left;
    table.scrollLeft = 200;
    const moved = Math.abs(level.getBoundingClientRect().left - before);
    table.scrollLeft = 0;
    return moved;
  };
  const texts = [...document.querySelectorAll("h1, h2, h3, p, td, th, figcaption, .badge, svg text")];
  const size = text => {
    const plot = text.ownerSVGElement;
    const scale = plot ? plot.getBoundingClientRect().width / plot.viewBox.baseVal.width : 1;
    return scale * parseFloat(getComputedStyle(text).fontSize);
  };
  const facts = {
    width: innerWidth,
    page: document.documentElement.scrollWidth,
    plots: [...document.querySelectorAll("svg.plot")].filter(shown).length,
    lines: document.querySelectorAll("svg.plot .plot-line").length,
    pictures: [...document.querySelectorAll("svg.plot image")].filter(shown).length,
    cut: [...document.querySelectorAll("svg.plot text")].filter(t => beyond(t.getBoundingClientRect(), t.ownerSVGElement.getBoundingClientRect())).map(t => t.textContent),
    overlaps: overlaps(),
    frozen: frozen(),
    hint: getComputedStyle(document.querySelector(".hint")).display !== "none",
    letters: new Set([...document.querySelectorAll(".letter, math mi:not(.fn), .plot-letter")].map(e => getComputedStyle(e).fontStyle)).size,
    formulas: [...document.querySelectorAll("math")].filter(m => m.getBoundingClientRect().width > 20).length,
    smallest: Math.min(...[...document.querySelectorAll("*")].filter(e => e.matches("svg text, svg tspan, p, td, th, figcaption")).map(e => size(e))),
    faintest: Math.min(...texts.map(contrast)),
    paper: luminance(background(document.body)),
  };
  parent.postMessage(JSON.stringify(facts), "*");
});
</script>
"""

failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED:", what)


def browse(browser, folder, page, *options):
    """What the browser prints of a page, and what its console says."""
    profile = tempfile.mkdtemp(dir=folder)
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
    command += ["--enable-logging=stderr", f"--user-data-dir={profile}", *options, page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line]


def examine(browser, folder, page, *options):
    dom, console = browse(browser, folder, page, "--dump-dom", *options)
    found = re.search(r'<pre id="facts">(.+?)</pre>', dom)
    if not found:
        sys.exit(f"{page}: the browser did not come to an end of the page; console: {console}")
    return json.loads(found.group(1)), console


@dataclasses.dataclass
class Page:
    """A report, and what has to be in it; `lines` is the least number of curves."""

    file: Path
    plots: int
    pictures: int
    formulas: int
    lines: int


def write_instance(folder, name, dimension, expression, depth):
    instance = folder / f"{name}.toml"
    instance.write_text(f"[target]\n{dimension}\n{expression}\n[theorem]\nN = 2\ndepth = {depth}\np = 2\n")
    return instance


def certify(program, instance, result, *options):
    words = [program, "certify", instance, "--out", result, "--quiet", "--tolerance", "0.1", "--boxes", "4096", *options]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "report", result, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return result / "report.html"


def make_report(program, folder, name):
    dimension, expression, depth = INSTANCES[name]
    report = certify(program, write_instance(folder, name, dimension, expression, depth), folder / name)
    line = name == "line"
    return Page(report, 5 + (2 if line else 3) * depth, 0 if line else 1 + 2 * depth, 3 if line else 4, 6)


def make_report_of_network(program, folder):
    network = folder / "network.json"
    network.write_text(json.dumps(NETWORK), encoding="ascii")
    instance = write_instance(folder, "other", "dimension = 2", 'expression = "x0 + x1^2/2"', 2)
    return Page(certify(program, instance, folder / "other", "--network", network), 2 + 3 * 2, 1 + 2 * 2, 4, 2)


def check_page(browser, folder, name, page):
    report = page.file
    examined = folder / f"{name}-examined.html"
    examined.write_text(report.read_text(encoding="utf-8").replace("</body>", EXAMINE + "</body>"), encoding="utf-8")
    for width in WIDTHS:
        for dark in (False, True):
            frame = folder / f"{name}-{width}.html"
            frame.write_text(FRAME.format(page=examined.name, width=width), encoding="utf-8")
            options = ["--window-size=1500,1000"] + (["--blink-settings=preferredColorScheme=0"] if dark else [])
            facts, console = examine(browser, folder, frame, *options)
            where = f"{name}, {width} pixels, {'dark' if dark else 'light'}: {facts}"
            print(where)
            expect(not console, f"{where}: {console}")
            expect(facts["width"] == width, f"{where}: window")
            expect(facts["page"] <= width, f"{where}: wider than the window")
            expect(facts["plots"] == page.plots, f"{where}: plots")
            expect(facts["pictures"] == page.pictures, f"{where}: pictures")
            expect(not facts["cut"], f"{where}: texts beyond their plot: {facts['cut']}")
            expect(not facts["overlaps"], f"{where}: texts on each other: {facts['overlaps']}")
            expect(facts["frozen"] < 1, f"{where}: the column of levels moves")
            expect(facts["hint"] == (width < 960), f"{where}: the hint that the table goes on")
            expect(facts["letters"] == 1, f"{where}: letters of two kinds")
            expect(facts["lines"] >= page.lines, f"{where}: lines")
            expect(facts["formulas"] == page.formulas, f"{where}: formulas")
            expect(facts["smallest"] >= SMALLEST_TEXT, f"{where}: small text")
            expect(facts["faintest"] >= LEAST_CONTRAST, f"{where}: faint text")
            expect((facts["paper"] < 0.1) == dark, f"{where}: paper")


def check_print(browser, folder, name, report):
    pdf = folder / f"{name}.pdf"
    browse(browser, folder, report, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
    bytes_ = pdf.read_bytes() if pdf.exists() else b""
    pages = len(re.findall(rb"/Type\s*/Page\b", bytes_))
    print(f"{name}: {pages} pages in print")
    expect(bytes_.startswith(b"%PDF") and 2 <= pages <= 12, f"{name}: {pages} pages in print")


def main():
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("skipped: Chromium is not installed; scripts/install browser does that")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="layercert-browser-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        probe = folder / "probe.html"
        probe.write_text(f"<!DOCTYPE html><title>probe</title><script>console.error('{PROBE}')</script>")
        expect(any(PROBE in line for line in browse(browser, folder, probe, "--dump-dom")[1]), "the console is not heard")
        pages = {instance: make_report(sys.argv[1], folder, instance) for instance in INSTANCES}
        pages["network"] = make_report_of_network(sys.argv[1], folder)
        for instance, page in pages.items():
            check_page(browser, folder, instance, page)
            check_print(browser, folder, instance, page.file)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
