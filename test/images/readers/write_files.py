"""Small files in the formats of the datasets, and what they hold as .npz: python write_files.py FOLDER.

MAT-files by scipy.io.savemat where there is a SciPy; always also by struct and zlib, in both byte orders.
Prints the names of the MAT-files.
"""
import gzip
import os
import struct
import sys
import zlib

import numpy as np

folder = sys.argv[1]
rng = np.random.default_rng(7)


def path(name):
    return os.path.join(folder, name)


# IDX, plain and gzipped
digits = rng.integers(0, 256, (5, 28, 28), dtype=np.uint8)
classes = rng.integers(0, 10, 5, dtype=np.uint8)
for name, array in (("images.idx", digits), ("labels.idx", classes)):
    data = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    open(path(name), "wb").write(data)
    with gzip.open(path(name + ".gz"), "wb") as file:
        file.write(data)

# CIFAR-10: (N, 3, 32, 32) and labels
photographs = rng.integers(0, 256, (5, 3, 32, 32), dtype=np.uint8)
labels = np.array([9, 0, 3, 3, 7], dtype=np.uint8)
np.concatenate([labels[:, None], photographs.reshape(len(labels), -1)], axis=1).tofile(path("batch.bin"))

# SVHN: X (32, 32, 3, N), y (N, 1), 10 for the digit 0; five labels in bytes are neither a small element nor eight bytes
X = np.ascontiguousarray(photographs.transpose(2, 3, 1, 0))
y = np.array([[10], [1], [9], [10], [2]])


def element(order, kind, data):
    if 0 < len(data) <= 4:
        return struct.pack(order + "I", len(data) << 16 | kind) + data.ljust(4, b"\0")
    return struct.pack(order + "II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def matrix(order, name, array, kind, number):
    body = element(order, 6, struct.pack(order + "II", kind, 0)) + element(order, 5, struct.pack(f"{order}{array.ndim}i", *array.shape))
    body += element(order, 1, name.encode()) + element(order, number, array.astype(array.dtype.newbyteorder(order)).tobytes(order="F"))
    return struct.pack(order + "II", 14, len(body)) + body


names = []
for order, mark in (("<", b"IM"), (">", b"MI")):
    for packed in (False, True):
        for dtype in ("uint8", "float64"):
            variables = [matrix(order, "y", y.astype(dtype), 9 if dtype == "uint8" else 6, 2 if dtype == "uint8" else 9), matrix(order, "X", X, 9, 2)]
            if packed:
                variables = [struct.pack(order + "II", 15, len(data)) + data for data in map(zlib.compress, variables)]
            names.append(f"struct{mark.decode()}{'-packed' if packed else ''}-{dtype}.mat")
            open(path(names[-1]), "wb").write(b"made with struct".ljust(124) + struct.pack(order + "H", 0x0100) + mark + b"".join(variables))
try:
    from scipy.io import savemat
except ImportError:
    savemat = None
if savemat is not None:
    for packed in (False, True):
        for dtype in ("uint8", "float64"):
            names.append(f"scipy{'-packed' if packed else ''}-{dtype}.mat")
            savemat(path(names[-1]), {"other": np.arange(3.0), "X": X, "y": y.astype(dtype), "text": "words"}, do_compression=packed)
    savemat(path("version4.mat"), {"y": y.astype(float)}, format="4")

np.savez(path("expected.npz"), digits=digits, classes=classes, photographs=photographs, labels=labels, house=y[:, 0] % 10)
print("\n".join(names))
