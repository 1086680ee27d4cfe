"""One Python contestant in a process of its own: the twin of bench/worker.ts, with the same requests and answers.

    python3 worker.py MODULE FORM       "none" is an empty process
"""
import importlib
import json
import math
import os
import re
import sys
import time
import traceback

module_name, form = sys.argv[1:3]
out = os.fdopen(3, "w")
ready = None


def load(task, path):
    import numpy as np
    dtype = np.dtype(task["dtype"])
    data = np.fromfile(path, dtype=np.uint8)
    if task["kind"] == "matmul":
        first, second, labels = task["m"] * task["k"], task["k"] * task["n"], 0
    elif task["kind"] == "cnn":
        first, second, labels = task["N"] * math.prod(task["image"]), sum(math.prod(shape) for shape in task["shapes"]), task["N"]
    else:
        k, m, P, d, N = (task["dimensions"][name] for name in ("k", "m", "P", "d", "N"))
        first, second, labels = N * P * d, k * m * d, N
    bounds = [0, first * dtype.itemsize, (first + second) * dtype.itemsize, (first + second) * dtype.itemsize + 4 * labels]
    arrays = [data[bounds[i]:bounds[i + 1]].view(np.int32 if i == 2 else dtype) for i in range(3)]
    return importlib.import_module(module_name).load(task, *arrays, form)


def answer(request):
    global ready
    if request["op"] == "load":
        ready = load(request["task"], request["data"])
        return {}
    if request["op"] == "memory":
        with open("/proc/self/status") as status:
            return {"kilobytes": int(re.search(r"VmHWM:\s*(\d+)", status.read()).group(1))}
    if request["op"] == "run":
        ready.restart()
        action = ready.actions[request["action"]]
        start = time.perf_counter()
        for _ in range(request["times"]):
            last = action()
        milliseconds = (time.perf_counter() - start) * 1000
        if not math.isfinite(last):
            raise ValueError(f"{request['action']} ended with {last}")
        return {"milliseconds": milliseconds}
    import numpy as np
    results = ready.results()
    with open(request["out"], "wb") as file:
        for values in results.values():
            np.asarray(values, dtype=np.float64).tofile(file)
    return {"lengths": {name: int(np.size(values)) for name, values in results.items()}}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), file=out, flush=True)
