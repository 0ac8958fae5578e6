/**
 * Returns the message of anything that was thrown, also of errors from another realm. Never throws.
 */
export function errorMessage(error: unknown): string {
  try {
    const message = (error as { readonly message?: unknown } | null | undefined)?.message;
    return typeof message === "string" && message !== "" ? message : String(error);
  } catch {
    return "an error that cannot be read";
  }
}
