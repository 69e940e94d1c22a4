/** Regular expressions as dialplans write them (play_and_get_digits, bind_digit_action). */

/** PCRE and JavaScript agree on what dialplans use; what JavaScript cannot read matches nothing. */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return /(?!)/;
  }
}
