/** Why a mutant that survives need not be caught: rules by file, line and replacement; the first that fits counts. */
export const reasons = [];
