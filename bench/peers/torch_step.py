"""PyTorch, eager, one thread, gradients by autograd, in two forms.

    idiomatic  the activation with the library's ops
    function   the activation as an autograd.Function that keeps its slope and writes its own derivative
"""
from types import SimpleNamespace

import torch
from torch.nn.functional import cross_entropy

torch.set_num_threads(1)


class SmoothedRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, rho):
        c = z.clamp(0, rho)
        slope = c.square().div_(rho * rho)
        ctx.save_for_backward(slope)
        return z.relu().sub_(c).add_(c.mul_(slope), alpha=1 / 3)

    @staticmethod
    def backward(ctx, ct):
        return ct * ctx.saved_tensors[0], None


def with_ops(z, rho):
    c = z.clamp(0, rho)
    return c.square() * c * (1 / (3 * rho * rho)) + (z - rho).relu()


def load(task, first, second, labels, form):
    if task["kind"] == "matmul":
        a, b = torch.from_numpy(first.reshape(task["m"], task["k"])), torch.from_numpy(second.reshape(task["k"], task["n"]))
        return SimpleNamespace(actions={"matmul": lambda: float((a @ b)[0, 0])}, restart=lambda: None, results=lambda: {"product": (a @ b).numpy()})
    k, m, P, d, N = (task["dimensions"][name] for name in ("k", "m", "P", "d", "N"))
    rho, eta, eps = task["rho"], task["eta"], task["eps"]
    X, W0 = torch.from_numpy(first.reshape(N, P, d)), torch.from_numpy(second.reshape(k, m, d))
    targets = torch.from_numpy(labels).long()
    activation = SmoothedRelu.apply if form == "function" else with_ops

    def loss_of(W, X):
        z = X.reshape(N * P, d) @ W.reshape(k * m, d).T
        return cross_entropy(activation(z, rho).reshape(N, P, k, m).sum((1, 3)), targets)

    def gradient_x(W, X):
        X = X.detach().requires_grad_()
        return torch.autograd.grad(loss_of(W, X), X)[0]

    def standard(W, X):
        W = W.detach().requires_grad_()
        loss = loss_of(W, X)
        gradient = torch.autograd.grad(loss, W)[0]
        return loss.item(), gradient, torch.sub(W.detach(), gradient, alpha=eta)

    def adversarial(W, X):
        g = gradient_x(W, X)
        # the smallest length keeps a zero gradient's step at zero
        return standard(W, torch.add(X, torch.nn.functional.normalize(g, dim=-1, eps=1e-30), alpha=eps))

    state = SimpleNamespace(W=W0)

    def taking(step):
        def take():
            loss, _, state.W = step(state.W, X)
            return loss
        return take

    def results():
        clean, moved = standard(W0, X), adversarial(W0, X)
        return {
            "gradient in X": gradient_x(W0, X).numpy(),
            "gradient in W": clean[1].numpy(), "loss": clean[0], "new weights": clean[2].numpy(),
            "adversarial gradient in W": moved[1].numpy(), "adversarial loss": moved[0], "adversarial new weights": moved[2].numpy(),
        }

    def restart():
        state.W = W0

    return SimpleNamespace(actions={"standard": taking(standard), "adversarial": taking(adversarial)}, restart=restart, results=results)
