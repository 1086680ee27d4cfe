export function sourceHash(): string;
export function buildSimd(options?: { force?: boolean }): Promise<string>;
