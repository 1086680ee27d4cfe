/**
 * Text without the secrets of the addresses in it: redis://user:word@host becomes redis://***@host.
 *
 * Everything that the command line prints as an error goes through here, so that an address in an unexpected place (behind a
 * misspelt flag, in the message of a library) does not end in a log.
 */
export function redacted(text: string): string {
  // up to the last @ before a blank or quote: a secret that was not percent-encoded may itself hold an @ or a slash
  return text.replaceAll(/\b(rediss?:\/\/)[^\s"'`<>]*@/gi, "$1***@");
}
