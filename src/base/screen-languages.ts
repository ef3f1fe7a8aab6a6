/** RFC 5646 tags of the languages that the driver's screen speaks; the first is the one it starts with. */
export const SCREEN_LANGUAGES = ['en', 'gu', 'hi', 'de', 'nl', 'fr', 'es', 'ar'] as const;
