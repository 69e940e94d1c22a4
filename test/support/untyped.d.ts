/** Libraries without types that tests use as peers of the engine. */
declare module 'modesl';
declare module 'drachtio-fsmrf';
