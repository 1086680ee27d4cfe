/** A rate counted over simulated experiments, with its Monte Carlo error. */
export interface Rate {
  share: number;
  /** Standard error of the share. */
  error: number;
}

export function rateOf(hits: number, trials: number): Rate {
  const share = hits / trials;
  return { share, error: Math.sqrt((share * (1 - share)) / trials) };
}

/** "94.8 ± 0.2". */
export function percent({ share, error }: Rate): string {
  return `${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)}`;
}

/** A rate that must be at least `nominal`, in bold where it is below by more than three standard errors of the nominal one: more than chance. */
export function atLeast(rate: Rate, nominal: number, trials: number): string {
  return rate.share < nominal - slack(nominal, trials) ? `**${percent(rate)}**` : percent(rate);
}

/** The same for a rate that must be at most `nominal`. */
export function atMost(rate: Rate, nominal: number, trials: number): string {
  return rate.share > nominal + slack(nominal, trials) ? `**${percent(rate)}**` : percent(rate);
}

const slack = (nominal: number, trials: number): number => 3 * Math.sqrt((nominal * (1 - nominal)) / trials);
