/** An attribution as the call record, prompts and dialplans read it. Text of strangers: whoever shows it escapes it. */
import type { Attribution } from '../../domain/attribution/attribution.js';
import type { AttributionFacts } from '../../domain/dialplan/facts.js';
import { present } from '../../domain/values/present.js';

/** Of the call record. */
export function attributionRecord(attribution: Attribution): Readonly<Record<string, string>> {
  const { outcome, project, model, confidence, labels, page, visitorId, sessionId, repeatOf } = attribution;
  return present({
    outcome,
    project,
    model,
    confidence: confidence.toFixed(3),
    ...labels,
    page,
    visitor_id: visitorId,
    session_id: sessionId,
    repeat_of: repeatOf,
  });
}

/** Names of prompt texts. */
export function attributionNames({ labels, page }: Attribution): Readonly<Record<string, unknown>> {
  const { source, medium, campaign, content, term } = labels;
  const utm = present({ source, medium, campaign, content, term });
  return { ...present({ source, campaign, medium, page }), utm };
}

/** Facts of dialplans. */
export function attributionFacts({ labels, page, confidence }: Attribution): AttributionFacts {
  const { source, medium, campaign, content, term } = labels;
  return {
    confidence,
    ...present({ source, medium, campaign, ad: content, keyword: term, landingPage: page }),
  };
}
