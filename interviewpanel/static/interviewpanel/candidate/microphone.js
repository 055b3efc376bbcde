// @ts-check
/** The candidate's microphone as frames of 16 kHz mono s16le. Used by the device check, the practice and the interview. */

/** @typedef {"insecure"|"unsupported"|"blocked"|"missing"|"busy"|"failed"} MicrophoneFault */

/** Which fault each DOMException of getUserMedia means. @type {Record<string, MicrophoneFault>} */
const FAULTS = {
  NotAllowedError: "blocked",
  SecurityError: "blocked",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

const WAKES_WITHIN_MS = 700; // a context that does not run by then waits to be touched

export class MicrophoneError extends Error {
  /** @param {MicrophoneFault} code @param {unknown} [cause] */
  constructor(code, cause) {
    super(`The microphone cannot be used: ${code}`, { cause });
    this.name = "MicrophoneError";
    this.code = code;
  }
}

/** An open microphone. Set `onFrame` and `onLost`; call `stop` when done, so that the browser's sign goes out. */
export class Microphone {
  /** Called about ten times a second. @type {(pcm: ArrayBuffer, level: number, peak: number) => void} */
  onFrame = () => {};

  /** Called once, when the device goes away or the permission is taken back. @type {() => void} */
  onLost = () => {};

  /** Called when `condition` has changed. @type {() => void} */
  onCondition = () => {};

  /** @param {MediaStream} stream @param {AudioContext} context @param {AudioWorkletNode} node */
  constructor(stream, context, node) {
    this.stream = stream;
    this.context = context;
    this.node = node;
    this.isStopped = false;
    this.source = context.createMediaStreamSource(stream);
    this.source.connect(node).connect(context.destination); // the node stays silent; some browsers run only what is heard
    node.port.onmessage = ({ data }) => this.isStopped || this.onFrame(data.pcm, data.level, data.peak);
    this.track.addEventListener("ended", () => this.lose());
    for (const change of ["mute", "unmute"]) this.track.addEventListener(change, () => this.onCondition());
    context.addEventListener("statechange", () => {
      this.resume();
      this.onCondition();
    });
    this.onGesture = () => this.resume();
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, this.onGesture);
  }

  get track() {
    return this.stream.getAudioTracks()[0];
  }

  /** The device's name, as the browser tells it. */
  get label() {
    return this.track.label;
  }

  /** "asleep" where the browser waits for the person to touch the page, as after a reload or a call on a phone; "muted" by
   *  a switch of the device or the system. @returns {"on"|"asleep"|"muted"} */
  get condition() {
    if (this.context.state !== "running") return "asleep";
    return this.track.muted ? "muted" : "on";
  }

  /** To be called from a click where it is asleep; every click and key on the page does it too. */
  resume() {
    if (!this.isStopped && this.context.state !== "running") this.context.resume().catch(() => {});
  }

  stop() {
    if (this.isStopped) return;
    this.isStopped = true;
    for (const gesture of ["pointerdown", "keydown"]) document.removeEventListener(gesture, this.onGesture);
    for (const track of this.stream.getTracks()) track.stop();
    this.node.port.postMessage("stop");
    this.source.disconnect();
    this.context.close().catch(() => {});
  }

  lose() {
    if (this.isStopped) return;
    this.stop();
    this.onLost();
  }
}

/**
 * Ask for the microphone and open it; the browser may ask the person first.
 * @param {string} [deviceId] of `navigator.mediaDevices.enumerateDevices`; without it, the person's usual one
 * @returns {Promise<Microphone>}
 * @throws {MicrophoneError}
 */
export async function openMicrophone(deviceId) {
  if (!window.isSecureContext) throw new MicrophoneError("insecure");
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) throw new MicrophoneError("unsupported");
  const stream = await askForStream(deviceId);
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule(new URL("./capture-worklet.js", import.meta.url));
    const node = new AudioWorkletNode(context, "capture", { numberOfInputs: 1, numberOfOutputs: 1 });
    const microphone = new Microphone(stream, context, node);
    await Promise.race([context.resume().catch(() => {}), new Promise((act) => setTimeout(act, WAKES_WITHIN_MS))]);
    return microphone;
  } catch (error) {
    for (const track of stream.getTracks()) track.stop();
    context.close().catch(() => {});
    throw new MicrophoneError("failed", error);
  }
}

/** @param {string} [deviceId] @returns {Promise<MediaStream>} */
async function askForStream(deviceId) {
  const audio = {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    throw new MicrophoneError(FAULTS[name] ?? "failed", error);
  }
}
