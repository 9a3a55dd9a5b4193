/** Where Sluice differs on purpose, case by case. */
export const skips: Readonly<Record<string, string>> = {};
