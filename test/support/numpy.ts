/** Runs Python with NumPy, for tests that hold our files against NumPy's. */
import { execFileSync } from "node:child_process";
import { describe, it } from "vitest";

function importsNumpy(python: string): boolean {
  try {
    execFileSync(python, ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const python = ["/usr/bin/python3", "python3"].find(importsNumpy);

/** Runs a script and returns what it printed. */
export function runNumpy(script: string, ...args: string[]): string {
  return execFileSync(python!, ["-c", script, ...args], { encoding: "utf8", env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
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
