#!/usr/bin/env python3
"""Cuts the images of this folder from their sources (see ../README.md).

usage: make_images.py SOURCE... OUTPUT_FOLDER      (needs no numpy)

A source is jacksboro_fault_dem.npz (makes jacksboro64.pgm and jacksboro256.pgm) or flower.pgm (makes flower1024.pgm).
"""
import ast
import struct
import sys
import zipfile
from pathlib import Path

# by source: name, first row, first column, side, binary
WINDOWS = {
    "jacksboro_fault_dem.npz": [("jacksboro64", 140, 170, 64, False), ("jacksboro256", 44, 73, 256, True)],
    "flower.pgm": [("flower1024", 300, 700, 1024, True)],
}


def read_elevation(npz):
    """Rows of elevations; the largest value of an image cut from them is its highest elevation."""
    raw = zipfile.ZipFile(npz).read("elevation.npy")
    assert raw[:8] == b"\x93NUMPY\x01\x00"
    (length,) = struct.unpack("<H", raw[8:10])
    header = ast.literal_eval(raw[10 : 10 + length].decode("latin-1"))
    assert header["descr"] == "<i2" and not header["fortran_order"]
    rows, columns = header["shape"]
    flat = struct.unpack(f"<{rows * columns}h", raw[10 + length :])
    return [flat[r * columns : (r + 1) * columns] for r in range(rows)], None


def read_grey(pgm):
    """Rows of an 8 bit PGM, and its own largest value."""
    raw = Path(pgm).read_bytes()
    magic, columns, rows, largest = raw.split(None, 4)[:4]
    assert magic == b"P5" and int(largest) == 255
    columns, rows = int(columns), int(rows)
    samples = raw[len(raw) - rows * columns :]
    assert raw[: -len(samples)] == b"P5\n%d %d\n255\n" % (columns, rows)
    return [samples[r * columns : (r + 1) * columns] for r in range(rows)], int(largest)


def cut(source, folder):
    source = Path(source)
    rows, most = read_elevation(source) if source.suffix == ".npz" else read_grey(source)
    for name, top, left, side, binary in WINDOWS[source.name]:
        window = [row[left : left + side] for row in rows[top : top + side]]
        values = [v for row in window for v in row]
        assert len(values) == side * side and min(values) >= 0
        largest = max(values) if most is None else most
        path = folder / f"{name}.pgm"
        if binary:
            head = f"P5\n{side} {side}\n{largest}\n".encode()
            samples = bytes(values) if largest < 256 else struct.pack(f">{side * side}H", *values)
            path.write_bytes(head + samples)
        else:
            lines = ["P2", f"{side} {side}", str(largest)]
            lines += [" ".join(map(str, row)) for row in window]
            path.write_text("\n".join(lines) + "\n")
        print(f"{path.name}: {min(values)}..{max(values)}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    *sources, folder = sys.argv[1:]
    for source in sources:
        cut(source, Path(folder))


if __name__ == "__main__":
    main()
