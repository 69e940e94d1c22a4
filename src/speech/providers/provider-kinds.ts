/** The one table of voice providers, and the settings each takes (`speech.providers`). */
import type { Clock } from '../../app/ports/ports.js';
import type { VoiceProvider } from '../api.js';
import { createHttpProvider, type HttpSettings } from './http.js';
import { createPiperProvider, type PiperSettings } from './piper.js';
import { createSayProvider, type SaySettings } from './say.js';
import { createWasmProvider, type WasmSettings } from './wasm.js';

interface SettingsByKind {
  http: HttpSettings;
  piper: PiperSettings;
  say: SaySettings;
  wasm: WasmSettings;
}
export type ProviderKind = keyof SettingsByKind;
export type ProviderSettings<Kind extends ProviderKind = ProviderKind> = SettingsByKind[Kind];

const PROVIDER_KINDS: {
  readonly [Kind in ProviderKind]: (settings: SettingsByKind[Kind], clock: Clock) => VoiceProvider;
} = {
  http: createHttpProvider,
  piper: createPiperProvider,
  say: createSayProvider,
  wasm: createWasmProvider,
};

export function createProvider<Kind extends ProviderKind>(
  kind: Kind,
  settings: SettingsByKind[Kind],
  clock: Clock,
): VoiceProvider {
  return PROVIDER_KINDS[kind](settings, clock);
}
