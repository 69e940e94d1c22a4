/** Voice providers as configured, with their secrets resolved: what the speech room takes. */
import type { Secrets } from '../app/ports/ports.js';
import type { SpeechProviderSettings } from '../settings/schema.js';
import type { ProviderSettings } from '../speech/providers/provider-kinds.js';

async function resolved(provider: SpeechProviderSettings, secrets: Secrets): Promise<ProviderSettings> {
  if (provider.kind !== 'http') return provider;
  const { secret, ...settings } = provider;
  const token = secret === undefined ? undefined : await secrets.get(secret);
  return token === undefined
    ? settings
    : { ...settings, headers: { authorization: `Bearer ${token}`, ...settings.headers } };
}

export function voiceSettings(
  providers: readonly SpeechProviderSettings[],
  secrets: Secrets,
): Promise<ProviderSettings[]> {
  return Promise.all(providers.map((provider) => resolved(provider, secrets)));
}
