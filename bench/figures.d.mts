export function figures(page?: string): string;
export function readmeFigures(): string | undefined;
