/** The one phone of this tab, for React. */
import { useSyncExternalStore } from 'react';
import { Phone } from './phone.js';
import type { PhoneState } from './phone-state.js';

export const phone = new Phone();

export function usePhone(): PhoneState {
  return useSyncExternalStore(phone.subscribe, phone.read);
}
