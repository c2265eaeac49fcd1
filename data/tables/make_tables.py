#!/usr/bin/env python3
"""Writes the tables of this folder in the NPY format, without NumPy: make_tables.py FOLDER."""
import struct
import sys


def save(name, kind, code, rows):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }" % (kind, len(rows), len(rows[0]))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    samples = [sample for row in rows for sample in row]
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("<%d%s" % (len(samples), code), *samples))


def main():
    folder = sys.argv[1]
    # Hills: i (8 - i) j (8 - j) / 256 at the nodes (i / 8, j / 8), which lies in [0, 1].
    save(folder + "/hills9.npy", "<f8", "d",
         [[i * (8 - i) * j * (8 - j) / 256 for i in range(9)] for j in range(9)])
    # Digits: the bits of column and row that both have, a Sierpinski pattern.
    save(folder + "/digits16.npy", "|u1", "B", [[i & j for i in range(16)] for j in range(16)])


main()
