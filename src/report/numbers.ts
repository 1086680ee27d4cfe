/** Numbers, shares and durations as a reader wants them: few digits, a true minus sign, powers of ten written out. */

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10 with a raised exponent. Example: powerOfTen(-3)  // => "10⁻³" */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/**
 * A number with `digits` significant digits; plain between 0.001 and 100 000, as a power of ten outside.
 * Example: shortNumber(0.04567)  // => "0.0457"
 */
export function shortNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  const plain = power >= -3 && power < 5;
  const text = plain ? String(Number(value.toPrecision(digits))) : `${Number(mantissa)} · ${powerOfTen(power)}`;
  return text.replace("-", "−");
}

/** Text in which a percentage stays on one line. Example: unbroken("95 %")  // => "95\u00a0%" */
export function unbroken(text: string): string {
  return text.replace(/(\d) %/g, "$1\u00a0%");
}

/** A share as a percentage without decimals, never rounded up: a bound must not look better than it is. */
export function lowerPercent(share: number): string {
  return Number.isFinite(share) ? `${Math.floor(share * 100 + 1e-9)}\u00a0%` : "unknown";
}

/** Seconds as people say them. Example: duration(754)  // => "12 min 34 s" */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 10) return `${shortNumber(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "1 seed", "2 seeds". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
