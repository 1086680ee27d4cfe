/** Runs Python with NumPy, for tests that hold our files against NumPy's. */
import { execFileSync } from "node:child_process";
import { describe, it } from "vitest";

function imports(python: string, modules: string): boolean {
  try {
    execFileSync(python, ["-c", `import ${modules}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const pythons = ["/usr/bin/python3", "python3"];
const python = pythons.find((path) => imports(path, "numpy"));

/** Runs a script and returns what it printed. */
export function runNumpy(script: string, ...args: string[]): string {
  return run(python!, script, args);
}

/** The same, by a Python that has SciPy too if there is one; the script sees for itself. */
export function runNumpyOrScipy(script: string, ...args: string[]): string {
  return run(pythons.find((path) => imports(path, "numpy, scipy")) ?? python!, script, args);
}

function run(path: string, script: string, args: readonly string[]): string {
  return execFileSync(path, ["-c", script, ...args], { encoding: "utf8", env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
}

/** A describe that is skipped where no Python has NumPy, except under CI, where that is a failure. */
export function describeWithNumpy(name: string, body: () => void): void {
  if (python !== undefined) describe(name, body);
  else if (process.env.CI) {
    describe(name, () => {
      it("finds a Python that imports NumPy", () => { throw new Error("CI is set, but neither /usr/bin/python3 nor python3 imports numpy: install python3-numpy."); });
    });
  } else describe.skip(name, body);
}
