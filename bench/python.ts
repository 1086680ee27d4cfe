/** Whether Debian's PyTorch and NumPy are there, with a BLAS that is worth comparing with. */

/** What bench/peers/blas.py prints. */
interface Found {
  missing: string[];
  /** Path of the library that computes matrix products. */
  blas: string;
}

/** What to install, in words; undefined when nothing is missing. */
export function pythonProblem({ status, stdout, error }: { status: number | null; stdout: string; error?: Error }): string | undefined {
  if (error !== undefined || status !== 0) return "There is no Debian Python to compare with: apt-get install python3 python3-torch python3-numpy libopenblas0-pthread";
  const { missing, blas } = JSON.parse(stdout) as Found;
  if (missing.length > 0) return `Missing for the comparison with Python: apt-get install ${missing.join(" ")} libopenblas0-pthread`;
  if (!/openblas|mkl|blis/i.test(blas)) {
    return `PyTorch and NumPy would multiply with ${blas || "an unknown library"}, the plain reference BLAS, several times slower than they can: apt-get install libopenblas0-pthread`;
  }
  return undefined;
}
