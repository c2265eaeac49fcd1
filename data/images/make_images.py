#!/usr/bin/env python3
"""Cuts the two elevation images from jacksboro_fault_dem.npz (see ../README.md).

usage: make_images.py jacksboro_fault_dem.npz OUTPUT_FOLDER      (needs no numpy)
"""
import ast
import struct
import sys
import zipfile
from pathlib import Path

# name, first row, first column, side, binary
WINDOWS = [("jacksboro64", 140, 170, 64, False), ("jacksboro256", 44, 73, 256, True)]


def read_elevation(npz):
    raw = zipfile.ZipFile(npz).read("elevation.npy")
    assert raw[:8] == b"\x93NUMPY\x01\x00"
    (length,) = struct.unpack("<H", raw[8:10])
    header = ast.literal_eval(raw[10 : 10 + length].decode("latin-1"))
    assert header["descr"] == "<i2" and not header["fortran_order"]
    rows, columns = header["shape"]
    flat = struct.unpack(f"<{rows * columns}h", raw[10 + length :])
    return [flat[r * columns : (r + 1) * columns] for r in range(rows)]


def main():
    elevation = read_elevation(sys.argv[1])
    folder = Path(sys.argv[2])
    for name, top, left, side, binary in WINDOWS:
        window = [row[left : left + side] for row in elevation[top : top + side]]
        values = [v for row in window for v in row]
        assert len(values) == side * side and min(values) >= 0
        path = folder / f"{name}.pgm"
        if binary:
            head = f"P5\n{side} {side}\n{max(values)}\n".encode()
            path.write_bytes(head + struct.pack(f">{side * side}H", *values))
        else:
            lines = ["P2", f"{side} {side}", str(max(values))]
            lines += [" ".join(map(str, row)) for row in window]
            path.write_text("\n".join(lines) + "\n")
        print(f"{path.name}: {min(values)}..{max(values)} m")


if __name__ == "__main__":
    main()
