// @ts-check
/** A short recording that never leaves the browser: kept as frames, played as a WAV file. */

const RATE = 16_000;
const HEADER_BYTES = 44;

export class VoiceClip {
  constructor() {
    /** @type {ArrayBuffer[]} */
    this.frames = [];
    this.peak = 0;
    /** @type {HTMLAudioElement|null} */
    this.player = null;
  }

  /** @param {ArrayBuffer} pcm 16 kHz mono s16le @param {number} level 0 … 1 */
  add(pcm, level) {
    this.frames.push(pcm.slice(0));
    this.peak = Math.max(this.peak, level);
  }

  get seconds() {
    return this.frames.reduce((sum, pcm) => sum + pcm.byteLength, 0) / (2 * RATE);
  }

  /** @returns {Promise<void>} when it was heard, or could not be */
  play() {
    this.stop();
    const address = URL.createObjectURL(this.makeFile());
    const player = new Audio(address);
    this.player = player;
    return new Promise((resolve) => {
      const end = () => {
        URL.revokeObjectURL(address);
        resolve();
      };
      player.onended = player.onerror = player.onpause = end;
      player.play().catch(end);
    });
  }

  stop() {
    this.player?.pause();
    this.player = null;
  }

  /** @returns {Blob} */
  makeFile() {
    const bytes = this.frames.reduce((sum, pcm) => sum + pcm.byteLength, 0);
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    const write = (/** @type {number} */ at, /** @type {string} */ text) =>
      [...text].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
    write(0, "RIFF");
    header.setUint32(4, HEADER_BYTES - 8 + bytes, true);
    write(8, "WAVEfmt ");
    header.setUint32(16, 16, true);
    header.setUint16(20, 1, true); // PCM
    header.setUint16(22, 1, true); // mono
    header.setUint32(24, RATE, true);
    header.setUint32(28, RATE * 2, true);
    header.setUint16(32, 2, true);
    header.setUint16(34, 16, true);
    write(36, "data");
    header.setUint32(40, bytes, true);
    return new Blob([header.buffer, ...this.frames], { type: "audio/wav" });
  }
}
