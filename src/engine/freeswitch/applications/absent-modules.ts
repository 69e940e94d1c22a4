/**
 * Applications that exist but find nothing to work with on this server: `say` without a language module, `speak`
 * without a voice. They end at once without a response, and the call goes on.
 */
export function say(): void {
  // mod_say_* is not loaded.
}

export function speak(): void {
  // No text-to-speech module is loaded.
}
