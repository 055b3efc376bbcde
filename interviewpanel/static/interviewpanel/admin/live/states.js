// @ts-check
/** What the states of an interview are called, and how they look. */

/** @type {Record<string, [string, string]>} the badge's text and tone */
export const STATUSES = {
  pending: ["Not begun", ""],
  greeting: ["Greeting", "info"],
  in_progress: ["In progress", "good"],
  paused: ["Paused", "warning"],
  interrupted: ["Interrupted", "bad"],
  completed: ["Completed", ""],
  abandoned: ["Abandoned", "warning"],
  expired: ["Ended unused", ""],
  revoked: ["Revoked", ""],
};

export const LIVE = ["greeting", "in_progress", "paused", "interrupted"];

/** Why an interview ended, after "The interview is over:". @type {Record<string, string>} */
export const END_REASONS = {
  all_asked: "all questions were asked.",
  time_is_up: "the time was used up.",
  ended_by_candidate: "the candidate ended it.",
  ended_by_organization: "it was ended by the organization.",
  connection_lost: "the connection of the candidate was lost for too long.",
  no_reply: "nobody was there any more.",
  withdrawn: "the candidate has withdrawn.",
  technical_failure: "something failed on our side.",
};

/** The sign of a turn: what it says, and a hint below it. @type {Record<string, [string, string]>} */
const SIGNS = {
  asking: ["The question is read out", "The candidate hears or reads it. The turn begins after it."],
  listening: ["Listening", "The candidate has not begun to speak."],
  speaking: ["Speaking", ""],
  pausing: ["Pausing", "Silence within the answer."],
  thinking: ["Thinking", "The candidate asked for a moment; silence does not end the answer."],
  ending: ["The answer is ending", "Speech takes it back."],
  closed: ["The answer is over", "The next question is being chosen."],
  deaf: ["No sound arrives", "The candidate's page was told, and says so."],
  paused: ["Paused", "The candidate takes a break. The clock stands."],
  asked: ["Is anybody there?", "Two answers were silent. The candidate is asked whether they are still there."],
  interrupted: ["Interrupted", "The candidate's page is not connected. It comes back by itself."],
  greeting: ["Being welcomed", "The first question comes next."],
  over: ["Over", ""],
  waiting: ["One moment", "Waiting for the candidate's page."],
  unknown: ["Not known just now", "This page has lost its own connection; the interview goes on without it."],
};

/** Of the session and of its turn, what is to be shown: the session's state goes before the turn's.
 *  @param {any} state session_state @param {any} turn turn_update, or null @param {boolean} isLost this page's own line
 *  @returns {{key: string, sign: string, hint: string}} */
export function readSign(state, turn, isLost) {
  const key = isLost && LIVE.includes(state.status) ? "unknown" : findSign(state, turn);
  const [sign, hint] = SIGNS[key];
  return { key, sign, hint };
}

/** @param {any} state @param {any} turn @returns {string} */
function findSign(state, turn) {
  if (state.status === "pending") return "waiting";
  if (!LIVE.includes(state.status)) return "over";
  if (state.status === "interrupted" || state.status === "greeting") return state.status;
  if (state.status === "paused") return state.pause_reason === "are_you_there" ? "asked" : "paused";
  if (!turn) return "waiting";
  if (turn.reason === "thinking") return "thinking";
  if (turn.reason === "no_audio") return "deaf";
  return turn.state;
}
