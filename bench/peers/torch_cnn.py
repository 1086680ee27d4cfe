"""The convolutional network in PyTorch, eager, one thread, gradients by autograd, in two forms.

    first   channels first, torch's own layout
    last    the same in torch.channels_last memory
"""
from types import SimpleNamespace

import torch
from torch.nn.functional import conv2d, cross_entropy, linear

torch.set_num_threads(1)


def load(task, first, second, labels, form):
    channels, rows, columns = task["image"]
    N, eta, eps, ascent = task["N"], task["eta"], task["eps"], task["ascent"]
    layout = torch.channels_last if form == "last" else torch.contiguous_format
    X = torch.from_numpy(first.reshape(N, channels, rows, columns)).contiguous(memory_format=layout)
    params, at = [], 0
    for shape in task["shapes"]:
        size = torch.Size(shape).numel()
        params.append(torch.from_numpy(second[at:at + size].reshape(shape)))
        at += size
    second_filters = task["widths"][1]

    def to_torch(i, w):
        """Ours to torch's layout: filters [k, l, c, f] -> [f, c, k, l]; weights transposed, those after the convolutions channels first."""
        if w.dim() == 4:
            return w.permute(3, 2, 0, 1).contiguous(memory_format=layout)
        if i == 4:
            return w.reshape(rows // 4, columns // 4, second_filters, -1).permute(3, 2, 0, 1).reshape(w.shape[1], -1).contiguous()
        return w.T.contiguous() if w.dim() == 2 else w.clone()

    def to_ours(i, w):
        if w.dim() == 4:
            return w.permute(2, 3, 1, 0).reshape(-1)
        if i == 4:
            return w.reshape(-1, second_filters, rows // 4, columns // 4).permute(2, 3, 1, 0).reshape(-1)
        return w.T.reshape(-1) if w.dim() == 2 else w.reshape(-1)

    start = [to_torch(i, w) for i, w in enumerate(params)]
    targets = torch.from_numpy(labels).long()

    def loss_of(p, x):
        x = conv2d(x, p[0], p[1], stride=2, padding=1).relu_()
        x = conv2d(x, p[2], p[3], stride=2, padding=1).relu_()
        features = linear(x.flatten(1), p[4], p[5]).relu_()
        return cross_entropy(linear(features, p[6], p[7]), targets)

    def gradient_x(p, x):
        x = x.detach().requires_grad_()
        return torch.autograd.grad(loss_of(p, x), x)[0]

    low, high = X - eps, X + eps

    def attacked(p):
        x = X
        for _ in range(task["attackSteps"]):
            x = torch.min(torch.max(x + ascent * gradient_x(p, x).sign_(), low), high).clamp_(0, 1)
        return x

    def descended(p, x):
        p = [w.detach().requires_grad_() for w in p]
        loss = loss_of(p, x)
        gradients = torch.autograd.grad(loss, p)
        return loss.item(), gradients, [torch.sub(w.detach(), g, alpha=eta) for w, g in zip(p, gradients)]

    state = SimpleNamespace(p=start)

    def taking(step):
        def take():
            loss, _, state.p = step(state.p)
            return loss
        return take

    def standard(p):
        return descended(p, X)

    def adversarial(p):
        return descended(p, attacked(p))

    def flat(weights):
        return torch.cat([to_ours(i, w) for i, w in enumerate(weights)]).numpy()

    def results():
        clean, moved = standard(start), adversarial(start)
        return {
            "gradient in X": gradient_x(start, X).contiguous().numpy(),
            "gradient in W": flat(clean[1]), "loss": clean[0], "new weights": flat(clean[2]),
            "adversarial gradient in W": flat(moved[1]), "adversarial loss": moved[0], "adversarial new weights": flat(moved[2]),
        }

    def restart():
        state.p = start

    return SimpleNamespace(actions={"standard": taking(standard), "adversarial": taking(adversarial)}, restart=restart, results=results)
