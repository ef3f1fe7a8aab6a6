/** What went wrong, in words for the person at the screen: the station's own sentence where it has one. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'sentence' in error && typeof error.sentence === 'string' ? error.sentence : error.message;
}
