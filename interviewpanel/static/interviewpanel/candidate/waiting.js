// @ts-check
/** Whether silence ends answers: the candidate's wish, kept apart from typing, in which it never does. */

import { recall, remember } from "./memory.js";
import { find } from "./page.js";

export class WaitingWish {
  isWanted = false;

  /** @param {import("./socket.js").InterviewSocket} socket */
  constructor(socket) {
    this.socket = socket;
  }

  /** @param {boolean} isWanted as the server knows it, where this tab does not @param {boolean} isTyping */
  recall(isWanted, isTyping) {
    const wish = recall("waits");
    this.isWanted = wish ? wish === "yes" : isWanted && !isTyping;
    find("waits-for-done").checked = this.isWanted;
  }

  /** @param {boolean} isWanted @param {boolean} isTyping */
  set(isWanted, isTyping) {
    this.isWanted = isWanted;
    remember("waits", isWanted ? "yes" : "no");
    this.tell(isTyping);
  }

  /** @param {boolean} isTyping */
  tell(isTyping) {
    this.socket.send({ type: "set_waiting", until_done: this.isWanted || isTyping });
  }

  /** Say again what a dead line has swallowed. @param {boolean} isKnown to the server @param {boolean} isTyping */
  rejoin(isKnown, isTyping) {
    if (isKnown !== (this.isWanted || isTyping)) this.tell(isTyping);
  }
}
