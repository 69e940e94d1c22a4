/** Plans that lead through the verbs of waiting, handing over and asking, for the property tests of the engine. */
import { planFrom } from './plans.js';

const BACK = 'crossing';

export const LABYRINTH = planFrom({
  name: 'labyrinth',
  start: 'open-early',
  steps: {
    'open-early': { do: 'early-media', on: { done: 'pick-up', failed: 'pick-up' } },
    'pick-up': { do: 'answer', next: 'armed' },
    armed: { do: 'record', next: BACK },
    [BACK]: {
      do: 'menu',
      what: [{ prompt: 'menu' }],
      keys: { 1: 'wait', 2: 'park', 3: 'hand-over', 4: 'message', 5: 'type', 9: 'wish' },
      repeat: '#',
      on: { 'no-choice': 'errand' },
    },
    wait: {
      do: 'queue',
      queue: 'q',
      exitKey: '#',
      callback: { key: '9' },
      announce: { everySeconds: 5, what: [{ prompt: 'place', names: { n: 'queuePosition' } }] },
      on: { accepted: 'talk', exit: BACK, timeout: 'park', callback: 'wish' },
    },
    park: {
      do: 'park',
      slots: '701-702',
      announce: { leg: 'operator', what: [{ prompt: 'parked', names: { slot: 'parkedAt' } }] },
      on: { 'picked-up': 'talk', timeout: 'hand-over' },
    },
    talk: {
      do: 'bridge',
      a: 'caller',
      b: 'operator',
      keys: { '*5': { step: 'park' }, '*8': { step: 'consult' }, '4': { step: 'hold' } },
      on: { 'b-left': BACK, failed: BACK },
    },
    hold: { do: 'hold', leg: 'caller', next: 'consult' },
    consult: {
      do: 'transfer',
      to: { operator: 'boris' },
      kind: 'attended',
      on: { failed: BACK, cancelled: 'talk' },
    },
    'hand-over': { do: 'transfer', to: { number: "'+4930901820'" }, on: { failed: BACK } },
    message: { do: 'voicemail', greeting: [{ prompt: 'leave-message' }], next: 'bye' },
    type: {
      do: 'collect',
      name: 'typed',
      what: [{ prompt: 'number' }],
      confirm: [{ prompt: 'right' }],
      on: { collected: 'english', 'no-input': BACK },
    },
    english: { do: 'locale', to: "'en'", next: 'errand' },
    errand: {
      do: 'call',
      plan: 'errand',
      with: { seconds: 3 },
      into: 'found',
      on: { returned: 'by-errand', 'too-deep': 'bye' },
    },
    'by-errand': {
      do: 'switch',
      value: 'found',
      cases: [
        { is: [4], step: 'pause' },
        { when: 'found == 3 and typed != none', step: 'pause' },
      ],
      on: { otherwise: 'share' },
    },
    pause: { do: 'pause-recording', next: 'resume' },
    resume: { do: 'resume-recording', next: 'included' },
    included: { do: 'include', plan: 'errand', next: BACK },
    share: {
      do: 'percent',
      ways: [
        { percent: 50, step: BACK },
        { percent: 50, step: 'hand-over' },
      ],
    },
    wish: { do: 'callback', into: 'status', on: { requested: 'bye', failed: BACK } },
    bye: { do: 'hangup' },
  },
});

export const ERRAND = planFrom({
  name: 'errand',
  parameters: ['seconds'],
  start: 'breathe',
  steps: {
    breathe: { do: 'wait', seconds: 1, next: 'home' },
    home: { do: 'return', value: 'seconds' },
  },
});

/** Loops, waits, webhooks, a consultation before the talk, and a talk whose failure does not end the call. */
export const WINDING = planFrom({
  name: 'winding',
  start: 'pick-up',
  steps: {
    'pick-up': { do: 'answer', next: 'prepare' },
    prepare: { do: 'record', next: 'look-up' },
    'look-up': {
      do: 'webhook',
      endpoint: 'crm',
      timeoutSeconds: 3,
      into: 'crm',
      on: { ok: 'find', failed: 'breathe' },
    },
    breathe: { do: 'wait', seconds: 1, next: 'find' },
    find: {
      do: 'ring-group',
      ask: 'mobiles',
      waiting: { leg: 'caller' },
      on: { accepted: 'consult', nobody: 'breathe' },
    },
    consult: {
      do: 'originate',
      leg: 'expert',
      role: 'consult',
      to: "'+4933'",
      waiting: 'operator',
      on: { answered: 'talk', failed: 'talk', gone: 'breathe' },
    },
    talk: { do: 'bridge', a: 'caller', b: 'operator', on: { ended: 'survey', failed: 'survey' } },
    survey: {
      do: 'gather',
      leg: 'caller',
      into: 'mark',
      keys: { 1: 'talk', 2: 'breathe', 3: 'again' },
      next: 'bye',
      on: { 'no-input': 'bye' },
    },
    again: { do: 'goto', step: 'find' },
    bye: { do: 'hangup' },
  },
});
