/** What a fault is called: the errors that checkGrads throws, in words that say where, why and by how much. */
import { bottom, type TraceRecord } from "../autodiff/index.ts";
import { DerivativeError, DomainError, type LemmagradError, shapeText } from "../errors/index.ts";
import { elements, type NdArray } from "../ndarray/index.ts";
import type { DerivativeMode, Fault } from "./check-direction.ts";
import { epsilons, expectedOrder, smallestStep } from "./judgement.ts";
import type { KinkInReach } from "./kinks.ts";
import { type Chain, type Culprit, type Localisation, placeText } from "./localise.ts";
import { coordinates } from "./vectors.ts";
import type { WorstElement } from "./worst-element.ts";

const where = "checkGrads";
const mostListed = 5;

/** How the caller repeats the check that failed. */
function replayText(seed: number, modes: readonly DerivativeMode[], depth: number): string {
  return `replay it with { seed: ${seed}, directions: 1, modes: [${modes.map((mode) => `"${mode}"`).join(", ")}]${depth === 0 ? "" : `, order: ${depth + 1}`} }`;
}

/** The error for a fault of the derivative that `chain` leads to; `localisation` says which rule is to blame. */
export function faultError(fault: Exclude<Fault, { kind: "undefined" }>, chain: Chain, localisation: Localisation): LemmagradError {
  const modes = (["forward", "reverse"] as const).filter((mode) => chain.includes(mode) || !("mode" in fault) || fault.mode === mode);
  const replay = replayText(fault.seed, modes, fault.subject.depth);
  const culprit = localisation.culprit === undefined ? "" : ` Culprit: ${culpritText(localisation.culprit)}.`;
  switch (fault.kind) {
    case "kink": return kinkError(fault, culprit);
    case "adjoint": return adjointError(fault, culprit || innocenceText(localisation), replay);
    case "derivative": return fault.judgement.verdict === "unsettled" ? unsettledError(fault, replay) : derivativeError(fault, culprit, localisation, replay);
  }
}

function derivativeError({ mode, of, seed, derivative, judgement, worst, kink }: Extract<Fault, { kind: "derivative" }>, culprit: string, localisation: Localisation, replay: string): DerivativeError {
  const { D, error, order, tolerance, verdict } = judgement;
  const reason = verdict === "wrong" ? `the error ${error.toExponential(2)} does not fall to rounding` : "the error does not fall as fast as it must";
  const nowhere = verdict === "wrong" && worst !== undefined && worst.apart <= tolerance ? ": no element alone shows it, as where f jumps" : "";
  const element = worst === undefined ? "" : ` Worst element: ${worstText(worst)}${nowhere}.`;
  const steps = kink === undefined ? "" : ` Steps were kept within ${kink.step.toExponential(2)} of the arguments' size, since ${kinkText(kink)}.`;
  return new DerivativeError({
    where,
    problem: `the ${mode} derivative of ${of} along direction seed ${seed} is ${derivative}, central differences give ${D}: ${reason}. Found order ${orderText(order)}.${element}${culprit || innocenceText(localisation)}${steps}`,
    expected: `order ${expectedOrder} (4 times smaller a halving) until rounding, and an error of at most ${tolerance.toExponential(2)} in the end.`,
    mend: `${replay}; ${culprit === "" ? "look at what f does besides applying ops, or move the arguments off a kink that no op declares" : "mend that rule"}.`,
  });
}

function adjointError({ of, seed, forward, reverse, rounding }: Extract<Fault, { kind: "adjoint" }>, blame: string, replay: string): DerivativeError {
  return new DerivativeError({
    where, problem: `jvp and vjp of ${of} are not adjoint along direction seed ${seed}: ${pairingText(forward, reverse)}.${blame}`,
    expected: `a difference of at most ${rounding.toExponential(2)}, which is rounding.`, mend: `${replay}.`,
  });
}

function unsettledError({ mode, of, seed, derivative, judgement: { D, tolerance } }: Extract<Fault, { kind: "derivative" }>, replay: string): DerivativeError {
  return new DerivativeError({
    where, problem: `the ${mode} derivative of ${of} along direction seed ${seed} cannot be told: it is ${derivative}, and central differences give ${D} with an uncertainty of ${tolerance.toExponential(2)}, which is rounding.`,
    expected: "a function that varies by more than its own rounding near the arguments.", mend: `${replay}; choose arguments where the terms of f do not cancel, or float64.`,
  });
}

/** Refuses where a kink is so near that no step is both on this side of it and long enough to measure. */
function kinkError({ subject, of, mode, seed, kink }: Extract<Fault, { kind: "kink" }>, blame: string): DerivativeError {
  return new DerivativeError({
    where, problem: `the ${mode} derivative of ${of} along direction seed ${seed} cannot be told: ${kinkText(kink)}.${blame}`,
    expected: kink.step === 0 ? "arguments that are not on a kink." : `a first step of at least ${smallestStep(epsilons[subject.dtype]).toExponential(2)} of the arguments' size on this side of the kink; here it is ${kink.step.toExponential(2)}.`,
    mend: "move the arguments away from it, or test what the op promises there by itself.",
  });
}

/** Refuses where f has no finite values to take differences of; names the op that made the first one that is not finite. */
export function undefinedError({ of, seed }: Fault, record: TraceRecord): DomainError {
  const finite = (x: NdArray) => elements(x).every(Number.isFinite);
  const entry = record.entries.findIndex(({ primitive, out, args }) => primitive !== undefined && !finite(bottom(out)) && args.every((arg) => finite(bottom(arg))));
  const what = entry < 0 ? "though it is at the arguments" : `first at ${record.entries[entry].primitive!.name} (entry ${entry}, result of shape ${shapeText(record.entries[entry].out.shape)}): element ${firstNotFinite(bottom(record.entries[entry].out))}`;
  return new DomainError({
    where, problem: `${of} is not finite around the arguments along direction seed ${seed}, ${what}.`,
    expected: "finite values at the arguments and a little around them.", mend: "choose arguments inside the function's domain.",
  });
}

function firstNotFinite(x: NdArray): string {
  const flat = elements(x);
  const at = flat.findIndex((value: number) => !Number.isFinite(value));
  return `${shapeText(coordinates(at, x.shape))} is ${flat[at]}`;
}

function orderText(order: number | undefined): string {
  return order === undefined ? "none" : order.toFixed(2);
}

function pairingText(forward: number, reverse: number): string {
  return `<ct, jvp(t)> = ${forward}, <vjp(ct), t> = ${reverse}`;
}

function worstText({ path, index, rule, measured }: WorstElement): string {
  return `${path}${index.length === 0 ? "" : shapeText(index)}, where the rule gives ${rule} and a difference ${measured}`;
}

/** The kink in words. */
export function kinkText({ op, entry, argument, shape, element, distance }: KinkInReach): string {
  if (element === undefined) return `${op} (entry ${entry}, argument ${argument}, shape ${shapeText(shape)}) is not smooth ${distance === 0 ? "at its arguments" : `at a distance of ${distance} from its arguments`}`;
  const { index, value, at, order } = element;
  return `${op} has a kink of order ${order} at ${at}, and the element ${shapeText(index)} of its argument ${argument} (entry ${entry}, shape ${shapeText(shape)}) is ${value}, a distance of ${distance}`;
}

/** That no rule is to blame, and what else may be. */
function innocenceText({ checked, primitives, untold, held, dropped }: Localisation): string {
  const some = untold === 0 ? "" : `; ${untold} more could not be told`;
  const stops = held.length === 0 ? "" : ` Derivatives stop at ${listed(held.map(placeText))}, where differences see f vary.`;
  const lost = dropped.length === 0 ? "" : ` What ${listed(dropped.map(placeText))} gave reaches no result by way of ops.`;
  if (checked === 0) return `${stops}${lost} No rule could be checked by itself${some}.`;
  return ` Every rule is right by itself (${counted(checked, "application")} of ${counted(primitives, "primitive")}${some}), so the fault is in how f uses them: a constant captured, a value read out with item(), or an in-place change.${stops}${lost}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** The first few of a list. */
function listed(words: readonly string[]): string {
  return words.length <= mostListed ? words.join(", ") : `${words.slice(0, mostListed).join(", ")} and ${words.length - mostListed} more`;
}

/** "the vjp of the jvp rule of mul (entry 3, argument 1, shape [2, 3]) is wrong: ...". */
function culpritText({ fault, live, op, entry, shapes, chain, within }: Culprit): string {
  const steps = [...chain, ...(fault.kind === "derivative" ? [fault.mode] : [])].map((mode) => (mode === "reverse" ? "vjp" : "jvp"));
  const [rule, ...derived] = fault.kind === "derivative" ? steps.map((word, at) => (at === 0 ? `${word} rule` : word)) : ["vjp and jvp rules", ...steps];
  const worst = fault.kind === "derivative" ? fault.worst : undefined;
  const argument = worst !== undefined && worst.leaf < live.length ? live[worst.leaf] : undefined;
  const place = argument === undefined ? placeText({ op, entry, shapes }) : `${op} (entry ${entry}, argument ${argument}, shape ${shapeText(shapes[argument])})`;
  const subject = `the ${[...derived.reverse(), rule].join(" of the ")} of ${place}${within === "f" ? "" : ` in ${within}`}`;
  if (fault.kind === "adjoint") return `${subject} are not adjoint: ${pairingText(fault.forward, fault.reverse)}`;
  const fails = fault.judgement.verdict === "wrong" ? "is wrong" : "is right to a lower order only, as at a kink that it does not declare";
  return `${subject} ${fails}: found order ${orderText(fault.judgement.order)} instead of ${expectedOrder}${worst === undefined ? "" : `, worst at its ${worstText(worst)}`}`;
}
