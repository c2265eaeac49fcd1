"""Packs a folder with the package as a wheel: wheel.py FOLDER OUT. The format is that of PEP 427."""
import base64
import hashlib
import sys
import sysconfig
import zipfile
from pathlib import Path

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(folder))
from layercert import __version__  # noqa: E402: from the folder

python = f"cp{sys.version_info.major}{sys.version_info.minor}"
tag = f"{python}-{python}-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
info = f"layercert-{__version__}.dist-info"
files = {f"layercert/{file.name}": file.read_bytes() for file in sorted((folder / "layercert").iterdir()) if file.is_file()}
files[f"{info}/METADATA"] = (f"Metadata-Version: 2.1\nName: layercert\nVersion: {__version__}\n"
                             "Summary: Certified approximation by deep networks, layer by layer\nLicense: MIT\n"
                             "Requires-Dist: numpy\n").encode()
files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: layercert\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
record = f"{info}/RECORD"
lines = [f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
         for name, data in files.items()]
files[record] = "\n".join([*lines, f"{record},,", ""]).encode()

wheel = out / f"layercert-{__version__}-{tag}.whl"
unfinished = wheel.with_suffix(".partial")
with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, data in files.items():
        archive.writestr(name, data)
unfinished.replace(wheel)
print(wheel)
