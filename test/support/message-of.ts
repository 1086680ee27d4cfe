/** What a call throws, as text; "nothing was thrown" if it returns. */
export function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return String(error);
  }
  return "nothing was thrown";
}
