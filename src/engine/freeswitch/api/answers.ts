/** The wording FreeSWITCH's API commands share. */
export const OK = '+OK\n';
export const OK_SUCCESS = '+OK Success\n';
export const NO_SUCH_CHANNEL = '-ERR No such channel!\n';
export const CANNOT_LOCATE_SESSION = '-ERR Cannot locate session!\n';

export function usage(syntax: string): string {
  return `-USAGE: ${syntax}\n`;
}

/** Words of an argument; none for an empty one. Single quotes hold a word together (switch_separate_string). */
export function words(argument: string): string[] {
  return Array.from(argument.matchAll(/'([^']*)'|\S+/g), ([word, quoted]) => quoted ?? word);
}
