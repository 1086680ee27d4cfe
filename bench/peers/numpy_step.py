"""NumPy, forward and backward by hand: matrix products by its BLAS, everything between them in place where it can be."""
from types import SimpleNamespace

import numpy as np


def load(task, first, second, labels, _form):
    if task["kind"] == "matmul":
        a, b = first.reshape(task["m"], task["k"]), second.reshape(task["k"], task["n"])
        return SimpleNamespace(actions={"matmul": lambda: float((a @ b)[0, 0])}, restart=lambda: None, results=lambda: {"product": a @ b})
    k, m, P, d, N = (task["dimensions"][name] for name in ("k", "m", "P", "d", "N"))
    rho, eta, eps = task["rho"], task["eta"], task["eps"]
    X, W0 = first.reshape(N * P, d), second.reshape(k * m, d)
    rows = np.arange(N)

    def through(W, X):
        """The mean loss, and its gradient in the products <w, x>."""
        y = X @ (W / rho).T
        c = np.clip(y, 0, 1)
        slope = c * c
        np.maximum(y, 0, out=y)
        y -= c
        c *= slope
        c /= 3
        y += c
        F = rho * y.reshape(N, P, k, m).sum(axis=(1, 3))
        F -= F.max(axis=1, keepdims=True)
        e = np.exp(F)
        total = e.sum(axis=1)
        loss = float(np.mean(np.log(total) - F[rows, labels]))
        e /= total[:, None]
        e[rows, labels] -= 1
        e /= N
        slope.reshape(N, P, k, m)[...] *= e[:, None, :, None]
        return loss, slope

    def gradient_x(W, X):
        return through(W, X)[1] @ W

    def standard(W, X):
        loss, ct = through(W, X)
        gradient = ct.T @ X
        return loss, gradient, W - eta * gradient

    def adversarial(W, X):
        g = gradient_x(W, X)
        # 1e-30 keeps a zero gradient's step at zero
        g *= (eps / (np.sqrt(np.einsum("pd,pd->p", g, g)) + g.dtype.type(1e-30)))[:, None]
        g += X
        return standard(W, g)

    state = SimpleNamespace(W=W0)

    def taking(step):
        def take():
            loss, _, state.W = step(state.W, X)
            return loss
        return take

    def results():
        clean, moved = standard(W0, X), adversarial(W0, X)
        return {
            "gradient in X": gradient_x(W0, X),
            "gradient in W": clean[1], "loss": clean[0], "new weights": clean[2],
            "adversarial gradient in W": moved[1], "adversarial loss": moved[0], "adversarial new weights": moved[2],
        }

    def restart():
        state.W = W0

    return SimpleNamespace(actions={"standard": taking(standard), "adversarial": taking(adversarial)}, restart=restart, results=results)
