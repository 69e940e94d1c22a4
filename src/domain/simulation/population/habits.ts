/** How people and networks behave in a population: one table of figures, in seconds and parts of all cases. */

export interface Habits {
  /** A caller who has not talked to anybody by then (mean) hangs up. */
  readonly patienceSeconds: number;
  readonly talkSeconds: number;
  /** Until a ringing phone is taken (mean). */
  readonly pickUpSeconds: number;
  readonly operatorAnswers: number;
  readonly operatorAccepts: number;
  readonly clientAnswers: number;
  readonly clientBusy: number;
  /** A caller who is asked for a key presses one that is offered. */
  readonly callerPresses: number;
  /** … or one that is not. */
  readonly callerErrs: number;
  readonly webhookFails: number;
  /** A prompt is heard. */
  readonly promptSeconds: number;
}

export const USUAL_HABITS: Habits = {
  patienceSeconds: 90,
  talkSeconds: 150,
  pickUpSeconds: 7,
  operatorAnswers: 0.85,
  operatorAccepts: 0.9,
  clientAnswers: 0.6,
  clientBusy: 0.15,
  callerPresses: 0.8,
  callerErrs: 0.05,
  webhookFails: 0.02,
  promptSeconds: 4,
};

/** Calls of a day by the hour of the local clock, in parts of the busiest: nights are quiet, noon is a little less. */
export const HOURS_OF_DAY: readonly number[] = [
  0.03, 0.02, 0.02, 0.02, 0.03, 0.06, 0.15, 0.35, 0.7, 0.95, 1, 1, 0.85, 0.8, 0.9, 0.95, 0.9, 0.8, 0.65, 0.5,
  0.35, 0.2, 0.1, 0.05,
];
