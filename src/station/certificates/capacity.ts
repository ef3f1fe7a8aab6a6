/** M05.FR.06: room for this many certificates, all uses together. */
export const CERTIFICATE_ENTRIES = 50;
