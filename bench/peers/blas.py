"""Says which Debian packages are missing and which library multiplies matrices, as JSON."""
import importlib.util
import json
import os

missing = [package for module, package in (("torch", "python3-torch"), ("numpy", "python3-numpy")) if importlib.util.find_spec(module) is None]
blas = ""
if not missing:
    import numpy as np
    np.ones((2, 2)) @ np.ones((2, 2))
    with open("/proc/self/maps") as maps:
        names = {line.split()[-1] for line in maps if "/" in line}
    found = sorted(os.path.realpath(name) for name in names if "blas" in os.path.basename(name))
    blas = next((name for name in found if "openblas" in name), found[0] if found else "")
print(json.dumps({"missing": missing, "blas": blas}))
